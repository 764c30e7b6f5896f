namespace Towncrier.Agent.Journaling;

/// <summary>How much the journal keeps, and how it writes.</summary>
internal sealed record JournalOptions
{
    /// <summary>A segment is closed when it would grow past this, in bytes; by one batch at most. Default 32 MiB.</summary>
    public long SegmentBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>
    /// All segments together, in bytes. Default 256 MiB. The oldest go first, but never one a restart would need:
    /// with an acceptance still open, an armed fence, or one of the applied records to be remembered.
    /// </summary>
    public long TotalBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How long an applied id is remembered over a restart. Default 1 hour. At least the longest fence.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many applied records are remembered over a restart. Default 100,000: what the dedupe window holds.</summary>
    public int RememberCount { get; init; } = 100_000;

    /// <summary>
    /// Bytes of journal lines whose reports are read back with their values; older ones come with their totals only.
    /// Default 64 MiB.
    /// </summary>
    public long ReplayBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Longest line, in bytes. Default 8 MiB: a 256 KiB message and its report, every byte of it escaped.</summary>
    public int MaxRecordBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Records waiting for the writer; then appends wait for room. Default 4096.</summary>
    public int QueueLength { get; init; } = 4096;

    /// <summary>Most bytes written and flushed together. Default 1 MiB: a few milliseconds on any disk.</summary>
    public int BatchBytes { get; init; } = 1024 * 1024;

    internal IEnumerable<string> Problems()
    {
        if (SegmentBytes < 4096) yield return "journal.segment_bytes must be at least 4096";
        if (TotalBytes < SegmentBytes) yield return "journal.total_bytes must be at least journal.segment_bytes";
        if (RememberFor <= TimeSpan.Zero) yield return "journal.remember_for must be positive";
        if (RememberCount < 1) yield return "journal.remember_count must be at least 1";
        if (ReplayBytes < 0) yield return "journal.replay_bytes must not be negative";
        if (MaxRecordBytes is < 1024 or > 256 * 1024 * 1024) yield return "journal.max_record_bytes must be 1024..268435456";
        if (QueueLength is < 1 or > 1_000_000) yield return "journal.queue_length must be 1..1000000";
        if (BatchBytes < 1) yield return "journal.batch_bytes must be at least 1";
    }
}
