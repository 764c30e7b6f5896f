namespace Towncrier.Agent.Journaling;

/// <summary>What the journal remembers from before the restart.</summary>
internal sealed record JournalReplay
{
    public static JournalReplay Empty { get; } = new();

    /// <summary>Accepted, and neither applied nor rejected; oldest first. These are still owed to their senders.</summary>
    public IReadOnlyList<AcceptedRecord> Unapplied { get; init; } = [];

    /// <summary>
    /// Applied within <see cref="JournalOptions.RememberFor"/>, newest last. At most
    /// <see cref="JournalOptions.RememberCount"/>, unless more than that are still armed; those are all here.
    /// </summary>
    public IReadOnlyList<AppliedRecord> Recent { get; init; } = [];

    /// <summary>The latest position of each source, by source.</summary>
    public IReadOnlyDictionary<string, string> Cursors { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes cut off the end of the last segment: a write that a crash had torn, never acknowledged.</summary>
    public long CutBytes { get; init; }

    /// <summary>Lines that could not be read: damaged, or written by a newer version. The rest is unaffected.</summary>
    public long SkippedLines { get; init; }
}
