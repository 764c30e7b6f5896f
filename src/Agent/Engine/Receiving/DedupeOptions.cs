namespace Towncrier.Agent.Receiving;

/// <summary>How much the dedupe window remembers.</summary>
internal sealed record DedupeOptions
{
    /// <summary>Ids, finished and in progress. Default 100,000: some 40 MB at the most with the totals of their reports.</summary>
    public int MaxIds { get; init; } = 100_000;

    /// <summary>How long after it finished. Default 1 hour: brokers redeliver within minutes.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most recent reports keep their values and outcomes; older ones only their totals. Default 4,000.</summary>
    public int MaxReports { get; init; } = 4_000;

    /// <summary>Bytes of these values and outcomes, about. Default 64 MiB.</summary>
    public long MaxReportBytes { get; init; } = 64L * 1024 * 1024;

    internal IEnumerable<string> Problems()
    {
        if (MaxIds < 1) yield return "dedupe.max_ids must be at least 1";
        if (RememberFor <= TimeSpan.Zero) yield return "dedupe.remember_for must be positive";
        if (MaxReports < 0) yield return "dedupe.max_reports must not be negative";
        if (MaxReportBytes < 0) yield return "dedupe.max_report_bytes must not be negative";
    }
}
