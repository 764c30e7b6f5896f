namespace Towncrier.Peers;

/// <summary>How many messages a queue or subscription holds, at one moment.</summary>
/// <param name="Active">Can be received now.</param>
/// <param name="Locked">Are some receiver's.</param>
/// <param name="DeadLettered">In its dead-letter sub-queue, locked there or not.</param>
/// <param name="Scheduled">Can be received later.</param>
public readonly record struct MessageCounts(int Active, int Locked, int DeadLettered, int Scheduled);
