namespace Towncrier.Providers.MassTransit;

/// <summary>What becomes of messages while the agent is away.</summary>
public enum EndpointKind
{
    /// <summary>A queue of this host's that stays, until nobody has read it for <see cref="MassTransitSourceOptions.Expires"/>.</summary>
    Durable,

    /// <summary>A queue of this connection's: what is published while there is none is lost, and told as a gap.</summary>
    Temporary,
}

/// <summary>How this host takes part in the fan-out on a RabbitMQ.</summary>
public sealed record MassTransitSourceOptions
{
    /// <summary>What every agent listens to: MassTransit's name for the exchange of <see cref="Invalidate"/>.</summary>
    public const string InvalidateExchange = "Towncrier:Invalidate";

    public required RabbitAddress Address { get; init; }

    /// <summary>Instead of the address's, when not null.</summary>
    public string? Password { get; init; }

    public EndpointKind Endpoint { get; init; }

    /// <summary>The fleet's name, in the names of its hosts' queues.</summary>
    public string Fleet { get; init; } = "default";

    /// <summary>This host's name, in the name of its queue: <c>towncrier-FLEET-HOST</c>.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>Most messages received and not yet settled; RabbitMQ sends no more (its prefetch). Default 1,000.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>
    /// How long RabbitMQ keeps a durable queue that nobody reads. Default a week: longer than any holidays of a host we
    /// know, and short enough that the queues of dead hosts do not fill the broker.
    /// </summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The fanout exchange that is listened to; <see cref="InvalidateExchange"/> unless it is for receipts.</summary>
    public string Exchange { get; init; } = InvalidateExchange;

    /// <summary>RabbitMQ and we tell each other this often that we live; a link is dead after somewhat more than two. Whole seconds; default 3 s.</summary>
    internal TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The queue, and the endpoint's own exchange.</summary>
    internal string Queue => $"towncrier-{Fleet}-{Host}";

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        // The queue's name with MassTransit's endings has 255 bytes at most.
        if (!IsLabel(Fleet, 40, "-_")) yield return "masstransit.fleet must have 1..40 letters, digits, - and _";
        if (!IsLabel(Host, 180, "-_.")) yield return "name must have 1..180 letters, digits, -, _ and . to be part of a queue's name";
        if (!IsLabel(Exchange, 200, "-_.:")) yield return "masstransit.exchange must have 1..200 letters, digits, -, _, . and :";
        if (Window is < 10 or > 60_000) yield return "masstransit.window must be 10..60000"; // AMQP's prefetch has 16 bits
        if (Expires < TimeSpan.FromMinutes(1) || Expires > TimeSpan.FromDays(45)) yield return "masstransit.expires must be 1m..45d"; // x-expires has 32 bits of milliseconds
    }

    /// <summary>Without the password, which a record would print.</summary>
    public override string ToString() => $"{Address}: {Queue}";

    internal static bool IsLabel(string text, int most, string besides) =>
        text.Length > 0 && text.Length <= most && text.All(c => char.IsAsciiLetterOrDigit(c) || besides.Contains(c));
}
