namespace Towncrier.Providers.MassTransit;

/// <summary>Where messages are published.</summary>
public sealed record MassTransitPublisherOptions
{
    public required RabbitAddress Address { get; init; }

    /// <summary>Instead of the address's, when not null.</summary>
    public string? Password { get; init; }

    /// <summary>A fanout exchange for receipts, as they are. Null: messages, as MassTransit publishes <see cref="Invalidate"/>.</summary>
    public string? Exchange { get; init; }

    /// <summary>For connecting, and for RabbitMQ to confirm a message. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Exchange is not null && !MassTransitSourceOptions.IsLabel(Exchange, 200, "-_.:")) yield return "masstransit.exchange must have 1..200 letters, digits, -, _, . and :";
        if (Exchange == MassTransitSourceOptions.InvalidateExchange) yield return $"masstransit.exchange must not be {Exchange}: every agent would take what comes there for messages";
        if (Timeout < TimeSpan.FromMilliseconds(50) || Timeout > TimeSpan.FromMinutes(5)) yield return "masstransit.timeout must be 50ms..5m";
    }

    /// <summary>Without the password, which a record would print.</summary>
    public override string ToString() => $"{Address}: {Exchange ?? MassTransitSourceOptions.InvalidateExchange}";
}
