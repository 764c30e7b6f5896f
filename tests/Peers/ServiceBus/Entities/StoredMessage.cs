namespace Towncrier.Peers.ServiceBus;

internal enum StoredState : byte
{
    Active,
    Scheduled,
    Locked,
    Gone,
}

/// <summary>A message in one queue. Belongs to that queue: only under its lock.</summary>
internal sealed class StoredMessage(Message content, long sequence, DateTimeOffset enqueuedAt)
{
    /// <summary>Emptied once it is gone, since queues of times hold it longer.</summary>
    public Message Content { get; set; } = content;

    public long Sequence { get; } = sequence;

    public DateTimeOffset EnqueuedAt { get; } = enqueuedAt;

    public StoredState State { get; set; }

    public int DeliveryCount { get; set; }

    public Guid LockToken { get; set; }

    public DateTimeOffset LockedUntil { get; set; }
}

/// <summary>A message as its receiver gets it.</summary>
/// <param name="LockToken">Empty when it was deleted by receiving it.</param>
internal sealed record Received(Message Content, long Sequence, DateTimeOffset EnqueuedAt, int DeliveryCount, Guid LockToken, DateTimeOffset LockedUntil, TimeSpan TimeToLive);
