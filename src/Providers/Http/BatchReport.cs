namespace Towncrier.Providers.Http;

/// <summary>Sums the reports of one request's messages.</summary>
internal static class BatchReport
{
    /// <summary>
    /// Counts are added up, the slowest message's time is the time, and the state is the worst: failed before pending
    /// before relayed before applied; skipped counts as applied. A message without a report is pending. Files meant by two messages count twice.
    /// </summary>
    public static InvalidationReport Of(IReadOnlyList<Fate> fates)
    {
        var reports = fates.Select(fate => fate.Report).OfType<InvalidationReport>().ToList();
        return new InvalidationReport
        {
            Id = fates[0].Id ?? "",
            State = reports.Exists(report => report.State == InvalidationState.Failed) ? InvalidationState.Failed
                : reports.Count < fates.Count || reports.Exists(report => report.State == InvalidationState.Pending) ? InvalidationState.Pending
                : reports.Exists(report => report.State == InvalidationState.Relayed) ? InvalidationState.Relayed
                : InvalidationState.Applied,
            DryRun = reports.Count == fates.Count && reports.All(report => report.DryRun),
            Matched = reports.Sum(report => report.Matched),
            Purged = reports.Sum(report => report.Purged),
            Bytes = reports.Sum(report => report.Bytes),
            Outcomes = reports.SelectMany(report => report.Outcomes).GroupBy(outcome => outcome.Key, StringComparer.Ordinal)
                .ToDictionary(outcome => outcome.Key, outcome => outcome.Sum(pair => pair.Value), StringComparer.Ordinal),
            Values = [.. reports.SelectMany(report => report.Values)],
            Milliseconds = reports.Select(report => report.Milliseconds).DefaultIfEmpty().Max(),
        };
    }
}
