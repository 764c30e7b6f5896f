using System.Text.Json;
using Towncrier.Agent.Dispatching;
using Towncrier.Host.Asking;
using Towncrier.Host.Looking;
using Towncrier.Wire;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier purge</c>: through a running agent, or on a directory by itself.</summary>
internal static class PurgeCommand
{
    /// <summary>Sends the messages to an agent and waits for its reports.</summary>
    /// <exception cref="AgentUnreachableException">Nobody answers.</exception>
    public static async Task<ExitCode> ThroughAgentAsync(
        PurgeSelection selection, AgentClient agent, bool json, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var result = new PurgeResult(selection.DryRun);
        foreach (var message in selection.ToMessages())
        {
            var answer = await agent.PostAsync("/v1/invalidations?wait=true&timeout=60s", InvalidationJson.Encode(message), stop).ConfigureAwait(false);
            if (answer.Status is 400 or 403 or 413) result.Refuse(message, answer.Detail);
            else result.Add(answer.Good().Deserialize<AgentReport>(Json.Options)!.ToReport());
        }

        result.Write(json, output, error);
        return result.Exit;
    }

    /// <summary>Scans the directory and purges in this process. Nothing stays armed afterwards: that takes an agent.</summary>
    public static ExitCode Local(
        PurgeSelection selection, CacheSettings settings, bool json, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        using var purge = new LocalPurge(settings, clock);
        var tally = purge.Scan(count => Progress.Start(error, count), Math.Clamp(Environment.ProcessorCount, 2, 16), stop);
        var result = new PurgeResult(selection.DryRun);
        foreach (var message in selection.ToMessages())
        {
            if (purge.TryApply(message with { Id = "local" }, out var report, out var refusal)) result.Add(report!);
            else result.Refuse(message, refusal.Message);
        }

        result.Write(json, output, error);
        return Unread.Tell(tally, error) ? ExitCode.PartlyFailed : result.Exit;
    }

    /// <summary>An agent's report as it comes over the wire; a pending one has an id and a state only.</summary>
    private sealed record AgentReport
    {
        public string Id { get; init; } = "";

        public InvalidationState State { get; init; }

        public long Matched { get; init; }

        public long Purged { get; init; }

        public long Bytes { get; init; }

        public double Milliseconds { get; init; }

        public Dictionary<string, long> Outcomes { get; init; } = [];

        public List<ValueReport> Values { get; init; } = [];

        public InvalidationReport ToReport() => new()
        {
            Id = Id,
            State = State,
            Matched = Matched,
            Purged = Purged,
            Bytes = Bytes,
            Outcomes = Outcomes,
            Values = Values,
            Milliseconds = Milliseconds,
        };
    }
}
