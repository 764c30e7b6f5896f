using Towncrier.Agent.Journaling;
using Towncrier.Host.Configuring;
using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Fleets;

/// <summary>
/// <c>towncrier agent leave</c>: removes what the agent made for this host at its brokers. For a host that is not coming
/// back; never for a restart, for what is published meanwhile is then lost to it.
/// </summary>
internal static class LeaveCommand
{
    /// <summary>Removes each queue of <c>queue: auto</c> and each subscription of <c>subscription: auto</c>. The state directory is held meanwhile, so that no agent starts and makes it anew.</summary>
    public static async Task<ExitCode> RunAsync(AgentOptions options, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        List<SourceInput> made = [.. options.Fleet.Sources.Where(source => source.Leave is not null)];
        if (made.Count == 0)
        {
            await error.WriteLineAsync("towncrier: this agent made nothing at a broker (no source has 'queue: auto' or 'subscription: auto'), so there is nothing to leave").ConfigureAwait(false);
            return ExitCode.NothingMatched;
        }

        DirectoryLock? held;
        try
        {
            // Without a state directory no agent can run on it.
            held = Directory.Exists(options.StateDirectory) ? DirectoryLock.Take(options.StateDirectory!) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"towncrier: stop the agent first, and run this as its user: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        using (held) return await LeaveAsync(made, output, error, clock, stop).ConfigureAwait(false);
    }

    private static async Task<ExitCode> LeaveAsync(List<SourceInput> made, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        var failed = 0;
        foreach (var source in made)
        {
            try
            {
                var (name, wasThere) = await source.Leave!(clock, stop).ConfigureAwait(false);
                await output.WriteLineAsync($"{name}  {(wasThere ? "removed" : "gone already")}").ConfigureAwait(false);
            }
            catch (IOException e)
            {
                failed++;
                await error.WriteLineAsync(OneLine.Of("towncrier: " + e.Message)).ConfigureAwait(false);
            }
        }

        return failed == 0 ? ExitCode.Done : failed < made.Count ? ExitCode.PartlyFailed : ExitCode.AgentUnreachable;
    }
}
