namespace Towncrier;

/// <summary>An agent's answer to one invalidation, for whoever published it.</summary>
public sealed record Receipt
{
    /// <summary>The id of what an agent says when it starts, so that publishers know of it.</summary>
    public const string Hello = "hello";

    /// <summary>The id of the message.</summary>
    public required string Id { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Host { get; init; }

    public required InvalidationState State { get; init; }

    public long Matched { get; init; }

    public long Purged { get; init; }

    /// <summary>From the message's arrival at the agent until it was applied.</summary>
    public double Milliseconds { get; init; }

    /// <summary>When the agent had applied it, by its clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why it failed or was refused; null when it was not.</summary>
    public string? Error { get; init; }
}
