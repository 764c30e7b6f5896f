namespace Towncrier.Agent.Journaling;

/// <summary>One line of the journal. The kinds below are all there are.</summary>
/// <param name="At">When it was written, by the agent's clock. Kept to the millisecond.</param>
internal abstract record JournalRecord(DateTimeOffset At);

/// <summary>
/// A message is taken over from its sender and will be applied, also after a restart. It pins its segment until a
/// record of the same id says applied or rejected, so the caller bounds how many it has open.
/// </summary>
/// <param name="Message">The message as sent. Line ends between its JSON tokens become spaces; all else is kept.</param>
internal sealed record AcceptedRecord(string Id, DateTimeOffset At, string Source, ReadOnlyMemory<byte> Message)
    : JournalRecord(At);

/// <summary>A message is applied as far as <see cref="Report"/> says, and armed until <see cref="FenceUntil"/>.</summary>
internal sealed record AppliedRecord(string Id, DateTimeOffset At) : JournalRecord(At)
{
    /// <summary>When the message came in.</summary>
    public required DateTimeOffset Received { get; init; }

    public required string Source { get; init; }

    /// <summary>As in <see cref="AcceptedRecord"/>; empty when read back and the fence is no longer armed.</summary>
    public required ReadOnlyMemory<byte> Message { get; init; }

    public required InvalidationReport Report { get; init; }

    /// <summary>From the sender's own time of issue to the agent's receiving, in milliseconds; null when it gave none.</summary>
    public double? LagMilliseconds { get; init; }

    public required DateTimeOffset FenceUntil { get; init; }
}

/// <summary>A message was refused. For the audit; closes an acceptance of the same id. The caller limits the rate.</summary>
/// <param name="Id">Null when the message was too broken to have one.</param>
/// <param name="Reason">The refusal's name, as in the metrics.</param>
internal sealed record RejectedRecord(string? Id, DateTimeOffset At, string Source, string Reason, string Detail)
    : JournalRecord(At);

/// <summary>How far a source that replays has been read; the latest of each source survives a restart.</summary>
/// <param name="Position">The source's own word, opaque here.</param>
internal sealed record CursorRecord(string Source, string Position, DateTimeOffset At) : JournalRecord(At);

/// <summary>The first line of every segment, written by the journal itself: what a restart needs of the earlier ones.</summary>
/// <param name="KeepFrom">The oldest segment a restart has to read, as of <paramref name="At"/>.</param>
/// <param name="Cursors">Every source's latest position, so that it outlives the segment it was written to.</param>
internal sealed record SegmentRecord(
    long Number, DateTimeOffset At, long KeepFrom, IReadOnlyDictionary<string, string> Cursors) : JournalRecord(At);
