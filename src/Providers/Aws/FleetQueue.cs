namespace Towncrier.Providers.Aws;

/// <summary>A queue whose name is that of a fleet's.</summary>
public sealed record FleetQueue
{
    public required string Name { get; init; }

    public required string Url { get; init; }

    public required string Arn { get; init; }

    /// <summary>The host it is for; null when its tags do not say.</summary>
    public string? Host { get; init; }

    /// <summary><c>agent</c>, <c>terraform</c>, or whoever else says so in its tags; null when nobody does.</summary>
    public string? MadeBy { get; init; }

    /// <summary>When its host last said that it lives; null when it never did.</summary>
    public DateTimeOffset? LastBeat { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <summary>Messages that wait to be received, about.</summary>
    public long Waiting { get; init; }

    /// <summary>Messages that were received and not yet settled, about.</summary>
    public long Hidden { get; init; }

    public SubscriptionState Subscription { get; init; }
}

/// <summary>Whether a topic's messages come into a queue.</summary>
public enum SubscriptionState
{
    /// <summary>The queue's tags name no subscription.</summary>
    Unknown,

    Subscribed,

    /// <summary>SNS has it and waits for its confirmation.</summary>
    Pending,

    /// <summary>The one the queue's tags name is no more.</summary>
    Gone,
}

/// <summary>What became of a queue that was looked at for removal.</summary>
public enum ReapOutcome
{
    Removed,

    /// <summary>It would have been removed, but for the dry run.</summary>
    WouldBeRemoved,

    /// <summary>Its host has said lately that it lives.</summary>
    Alive,

    /// <summary>Its host came back while we looked; nothing was done.</summary>
    AliveAgain,

    /// <summary>It was gone already.</summary>
    Gone,

    /// <summary>No agent made it for a host of this fleet; nothing was done.</summary>
    NotAnAgents,
}
