namespace Towncrier.Peers;

/// <summary>
/// A subscription or a queue, by the names and defaults of SubscriptionDescription and QueueDescription (Microsoft's
/// "Subscription Description", hh780763, and what the management answers for a description without any element).
/// </summary>
public sealed record SubscriptionSettings
{
    /// <summary>How long a received message is its receiver's. Default one minute, at most five (the management enforces it; tests may take less than it would).</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a message lives that says nothing shorter itself. Default for ever.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    public bool DeadLetteringOnMessageExpiration { get; init; }

    public bool DeadLetteringOnFilterEvaluationExceptions { get; init; } = true;

    /// <summary>After so many deliveries a message that comes back goes to the dead letters. Default 10.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>Deleted when nobody has received from it for so long. Default never; at least five minutes by the management.</summary>
    public TimeSpan AutoDeleteOnIdle { get; init; } = TimeSpan.MaxValue;

    /// <summary>The rule <c>$Default</c> as SQL; null takes everything.</summary>
    public string? Filter { get; init; }

    public bool RequiresSession { get; init; }

    public bool EnableBatchedOperations { get; init; } = true;

    public string Status { get; init; } = "Active";

    /// <summary>Kept and told, but nothing is forwarded here.</summary>
    public string? ForwardTo { get; init; }

    /// <summary>Kept and told, but nothing is forwarded here.</summary>
    public string? ForwardDeadLetteredMessagesTo { get; init; }

    public string? UserMetadata { get; init; }
}
