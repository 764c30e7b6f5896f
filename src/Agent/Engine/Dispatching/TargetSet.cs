using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Dispatching;

/// <summary>The caches beside nginx's own. All are asked at the same time; each bounds what it does at once.</summary>
internal sealed class TargetSet(IReadOnlyList<IInvalidationTarget> targets, Meters meters, ILogger logger)
{
    private static readonly Task<TargetReport[]> Nobody = Task.FromResult<TargetReport[]>([]);

    public bool IsEmpty => targets.Count == 0;

    /// <summary>What each target made of it; nothing for a dry run.</summary>
    public Task<TargetReport[]> ApplyAsync(Invalidation? message, CancellationToken stop)
        => message is null || message.DryRun || targets.Count == 0 ? Nobody : Task.WhenAll(targets.Select(target => OneAsync(target, message, stop)));

    /// <summary>A report with what the targets made of it: a value that failed anywhere has an error, and one that a target was asked for fails the message.</summary>
    public static InvalidationReport Join(InvalidationReport report, TargetReport[] targets)
    {
        if (targets.Length == 0) return report;
        var failures = targets.SelectMany(target => target.Failures.Select(failure => (failure.Value, Error: $"{target.Target}: {failure.Error}")))
            .ToLookup(failure => failure.Value, failure => failure.Error, StringComparer.Ordinal);
        return report with
        {
            State = targets.Any(target => target.Failures.Any(failure => failure.Asked)) ? InvalidationState.Failed : report.State,
            Targets = targets,
            Values = [.. report.Values.Select(value => value.Error is null && failures.Contains(value.Value) ? value with { Error = failures[value.Value].First() } : value)],
        };
    }

    /// <summary>Whether what failed may work another time: a target says so of a value, or nginx's files failed.</summary>
    public static bool IsWorthRetry(InvalidationReport own, TargetReport[] targets)
        => own.State == InvalidationState.Failed || targets.Any(target => target.Failures.Any(failure => failure.Retry));

    private async Task<TargetReport> OneAsync(IInvalidationTarget target, Invalidation message, CancellationToken stop)
    {
        var report = await target.ApplyAsync(message, stop).ConfigureAwait(false);
        meters.Target(report);
        if (report.Failures.Count > 0)
            Log.TargetFailed(logger, message.Id!, target.Name, report.Failures.Count, report.Applied + report.Failures.Count, report.Failures[0].Error);
        return report;
    }
}
