namespace Towncrier.Agent.Journaling;

/// <summary>One line of the journal. The kinds below are all there are.</summary>
/// <param name="At">When it was written, by the agent's clock. Kept to the millisecond.</param>
internal abstract record JournalRecord(DateTimeOffset At);

/// <summary>
/// A message is taken over from its sender and will be applied, also after a restart. It pins its segment until a
/// record of the same id says applied or rejected, so the caller bounds how many it has open. The message is as it was
/// sent; line ends between its JSON tokens become spaces, all else is kept.
/// </summary>
internal sealed record AcceptedRecord(string Id, DateTimeOffset At, string Source, ReadOnlyMemory<byte> Message)
    : JournalRecord(At);

/// <summary>
/// The work on a message is done, as far as <see cref="Report"/> says, and it is armed until <see cref="FenceUntil"/>.
/// Closes its acceptance, also when the report says failed: that is written only when it is given up.
/// </summary>
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

/// <summary>
/// A message was refused, for the reason the metrics have. For the audit; closes an acceptance of the same id, which is
/// null when the message was too broken to have one. The caller limits the rate.
/// </summary>
internal sealed record RejectedRecord(string? Id, DateTimeOffset At, string Source, string Reason, string Detail)
    : JournalRecord(At);

/// <summary>
/// How far a source that replays has been read, in its own words, opaque here. The latest of each source survives a
/// restart. Written after what it stands behind.
/// </summary>
internal sealed record CursorRecord(string Source, string Position, DateTimeOffset At) : JournalRecord(At);

/// <summary>
/// The first line of every segment, written by the journal itself: the oldest segment a restart had to read when this
/// one began, and every source's latest position, so that it outlives the segment it was written to.
/// </summary>
internal sealed record SegmentRecord(
    long Number, DateTimeOffset At, long KeepFrom, IReadOnlyDictionary<string, string> Cursors) : JournalRecord(At);
