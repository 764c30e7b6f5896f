namespace Towncrier.Peers.ServiceBus;

/// <summary>The broker properties that a sender may set; others it sends are ignored (Microsoft's "Message properties").</summary>
internal sealed record MessageProperties
{
    /// <summary>The sender's, or one made for it.</summary>
    public string MessageId { get; init; } = Guid.NewGuid().ToString("N");

    public string? CorrelationId { get; init; }

    public string? SessionId { get; init; }

    public string? Label { get; init; }

    public string? ReplyTo { get; init; }

    public string? ReplyToSessionId { get; init; }

    public string? To { get; init; }

    public string? PartitionKey { get; init; }

    /// <summary>Null lives as long as its entity lets it.</summary>
    public TimeSpan? TimeToLive { get; init; }

    public DateTimeOffset? ScheduledEnqueueTimeUtc { get; init; }

    /// <summary>By its name in a SQL rule, in any case; null when it is unset or unknown.</summary>
    public string? Of(string name) => name.ToUpperInvariant() switch
    {
        "MESSAGEID" => MessageId,
        "CORRELATIONID" => CorrelationId,
        "SESSIONID" => SessionId,
        "LABEL" or "SUBJECT" => Label,
        "REPLYTO" => ReplyTo,
        "REPLYTOSESSIONID" => ReplyToSessionId,
        "TO" => To,
        "PARTITIONKEY" => PartitionKey,
        _ => null,
    };
}
