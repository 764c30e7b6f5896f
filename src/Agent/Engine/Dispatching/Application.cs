using Towncrier.Agent.Purging;

namespace Towncrier.Agent.Dispatching;

/// <summary>One invalidation as it is applied on this host: armed, searched, purged, and covered at last.</summary>
internal sealed class Application(Invalidation message, DateTimeOffset received, ValueTally values, IReadOnlyList<ArmedMessage> armed, Task covered)
{
    public Invalidation Message => message;

    /// <summary>When the message came in.</summary>
    public DateTimeOffset Received => received;

    public PurgeTally Tally { get; } = new();

    /// <summary>Completes when no file is left that this message means and has not met; most often at once.</summary>
    public Task Covered => covered;

    public ValueTally Values => values;

    /// <summary>One for each cache; their fences end at the same time.</summary>
    public IReadOnlyList<ArmedMessage> Armed => armed;

    /// <summary>How far it is. What the fence caught while a scan ran is in it.</summary>
    public InvalidationReport Report(TimeSpan elapsed)
    {
        var total = new PurgeTally();
        total.Add(Tally);
        foreach (var one in armed)
            if (one.CaughtSoFar is { } some) total.Add(some);
        var state = !covered.IsCompletedSuccessfully ? InvalidationState.Pending
            : total.HasFailures ? InvalidationState.Failed
            : InvalidationState.Applied;
        var caught = armed.Sum(one => one.CaughtSoFar?[PurgeOutcome.Purged] ?? 0);
        return new InvalidationReport
        {
            Id = message.Id!,
            State = state,
            Matched = values.Matched + caught,
            Purged = total[PurgeOutcome.Purged],
            Bytes = total.Bytes,
            Outcomes = total.ToOutcomes(),
            Values = values.ToReports(),
            Milliseconds = elapsed.TotalMilliseconds,
            DryRun = message.DryRun,
        };
    }
}
