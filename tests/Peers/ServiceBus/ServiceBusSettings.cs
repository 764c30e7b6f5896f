namespace Towncrier.Peers;

/// <summary>How a <see cref="ServiceBusServer"/> is to be.</summary>
public sealed record ServiceBusSettings
{
    /// <summary>The broker's time: of locks, of messages' lives, of idle subscriptions and of tokens. <see cref="ServiceBusServer.Advance"/> moves it on.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Serves https beside http, with a certificate of its own for localhost and 127.0.0.1.</summary>
    public bool Tls { get; init; }

    /// <summary>Largest message or batch, with its properties, in bytes. Default 256 KiB, that of the standard tier.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// What a message that is too large gets. Microsoft's reference of Send Message says 403 ("Quota exceeded or message too
    /// large"); the gateway itself is seen to answer 413. A client must know both.
    /// </summary>
    public int TooLargeStatus { get; init; } = 413;

    /// <summary>Bearer tokens that are taken, with every right. Default none: 401.</summary>
    public IReadOnlyCollection<string> BearerTokens { get; init; } = [];

    /// <summary>How many requests are remembered, the latest. Default 10,000.</summary>
    public int RememberedRequests { get; init; } = 10_000;
}
