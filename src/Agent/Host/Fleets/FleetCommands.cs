using Towncrier.Agent;
using Towncrier.Host.Configuring;
using Towncrier.Providers.Aws;

namespace Towncrier.Host.Fleets;

/// <summary><c>towncrier fleet ls</c> and <c>towncrier fleet reap</c>. A place that fails does not keep the others from being looked at.</summary>
internal sealed class FleetCommands(TextWriter output, TextWriter error, TimeProvider clock)
{
    /// <summary>A living host beats every 10 minutes unless told otherwise, and at least once a day.</summary>
    public static readonly TimeSpan ShortestUnread = TimeSpan.FromHours(1);

    public Task<ExitCode> ListAsync(FleetRequest request, IReadOnlyDictionary<string, string> environment, CancellationToken stop)
        => EachAsync(request, environment, async (place, queue, _) =>
        {
            await output.WriteLineAsync(request.Json ? FleetLine.Json(place, queue) : FleetLine.Text(place, queue, clock.GetUtcNow())).ConfigureAwait(false);
            return true;
        }, place => $"no queue of the {place} is there", stop);

    /// <summary>Removes the queues of hosts that have not said for <paramref name="unreadFor"/> that they live, or says which.</summary>
    public Task<ExitCode> ReapAsync(FleetRequest request, TimeSpan unreadFor, bool dryRun, IReadOnlyDictionary<string, string> environment, CancellationToken stop)
        => EachAsync(request, environment, async (place, queue, door) =>
        {
            var outcome = await door.ReapAsync(queue, unreadFor, dryRun, stop).ConfigureAwait(false);
            if (outcome is ReapOutcome.Alive or ReapOutcome.NotAnAgents) return false;
            await output.WriteLineAsync(request.Json ? FleetLine.Json(place, queue, outcome) : FleetLine.Text(place, queue, outcome, clock.GetUtcNow())).ConfigureAwait(false);
            return outcome is ReapOutcome.Removed or ReapOutcome.WouldBeRemoved;
        }, place => $"no host of the {place} has been silent for {Durations.Write(unreadFor)}", stop);

    private async Task<ExitCode> EachAsync(
        FleetRequest request, IReadOnlyDictionary<string, string> environment, Func<FleetPlace, FleetQueue, AwsFleet, Task<bool>> look, Func<FleetPlace, string> none, CancellationToken stop)
    {
        var problems = new List<ConfigProblem>();
        var places = FleetPlaces.Of(request, environment, problems);
        if (problems.Count > 0)
        {
            ConfigCheck.Print(problems, output, error, request.Json);
            return ExitCode.Usage;
        }

        var (did, failed) = (0, 0);
        foreach (var place in places)
        {
            using var door = new AwsFleet(place.Access, place.Fleet, clock, new Random());
            var (done, wrong) = await OneAsync(place, door, look, stop).ConfigureAwait(false);
            if (done == 0 && wrong == 0) await error.WriteLineAsync("towncrier: " + none(place)).ConfigureAwait(false);
            (did, failed) = (did + done, failed + wrong);
        }

        if (failed > 0) return did > 0 || places.Count > failed ? ExitCode.PartlyFailed : ExitCode.AgentUnreachable;
        return did > 0 ? ExitCode.Done : ExitCode.NothingMatched;
    }

    private async Task<(int Done, int Failed)> OneAsync(FleetPlace place, AwsFleet door, Func<FleetPlace, FleetQueue, AwsFleet, Task<bool>> look, CancellationToken stop)
    {
        var (done, failed) = (0, 0);
        try
        {
            await foreach (var queue in door.ListAsync(stop).ConfigureAwait(false))
            {
                try
                {
                    if (await look(place, queue, door).ConfigureAwait(false)) done++;
                }
                catch (AwsException e)
                {
                    failed++;
                    await error.WriteLineAsync(OneLine.Of($"towncrier: {queue.Name}: {e.Message}")).ConfigureAwait(false);
                }
            }
        }
        catch (IOException e)
        {
            failed++;
            await error.WriteLineAsync(OneLine.Of($"towncrier: {place}: {e.Message}")).ConfigureAwait(false);
        }

        return (done, failed);
    }
}
