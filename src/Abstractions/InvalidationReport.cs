namespace Towncrier;

/// <summary>How far an invalidation has come on this host.</summary>
public enum InvalidationState
{
    /// <summary>Accepted and armed; not yet applied to everything it may mean (the first scan still runs).</summary>
    Pending,

    /// <summary>No response stored before it is served any more.</summary>
    Applied,

    /// <summary>Some files could not be purged; <see cref="InvalidationReport.Outcomes"/> says why.</summary>
    Failed,

    /// <summary>Not meant for this host: its audience names others. Nothing was done.</summary>
    Skipped,

    /// <summary>A relay has handed it on to every target that its routes name. What becomes of it there is not known here.</summary>
    Relayed,
}

/// <summary>What one value of a message came to.</summary>
/// <param name="Value">The value as it was sent.</param>
/// <param name="Matched">Files it meant.</param>
/// <param name="Purged">Of these, the files that are purged (0 on a dry run).</param>
/// <param name="Error">Why this value was not applied; null when it was.</param>
public sealed record ValueReport(string Value, long Matched, long Purged, string? Error);

/// <summary>What an invalidation came to on this host.</summary>
public sealed record InvalidationReport
{
    public required string Id { get; init; }

    public required InvalidationState State { get; init; }

    /// <summary>Distinct files that were meant, over all values.</summary>
    public long Matched { get; init; }

    /// <summary>Files that are purged.</summary>
    public long Purged { get; init; }

    /// <summary>Size of the purged files, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Number of files by outcome, by the outcome's wire name.</summary>
    public IReadOnlyDictionary<string, long> Outcomes { get; init; } = NoOutcomes;

    public IReadOnlyList<ValueReport> Values { get; init; } = [];

    /// <summary>What it came to on each target beside the nginx caches.</summary>
    public IReadOnlyList<TargetReport> Targets { get; init; } = [];

    /// <summary>From the message's arrival to this state, in milliseconds.</summary>
    public double Milliseconds { get; init; }

    /// <summary>It was a dry run: nothing was changed.</summary>
    public bool DryRun { get; init; }

    private static readonly Dictionary<string, long> NoOutcomes = [];
}
