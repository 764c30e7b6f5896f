using System.Diagnostics.CodeAnalysis;
using Towncrier.Providers.MassTransit;
using Towncrier.Providers.Redis;

namespace Towncrier.Samples.Cms;

/// <summary>The section <c>Cms</c> of the configuration.</summary>
internal sealed record CmsOptions
{
    /// <summary>The folder of the pages and of the outbox.</summary>
    public string Data { get; init; } = "data";

    /// <summary>The public site as in a Host header; null when the caches hold no other.</summary>
    public string? Host { get; init; }

    public string Redis { get; init; } = "redis://127.0.0.1:6379/0";

    /// <summary>Give this, <see cref="Channel"/> or <see cref="RabbitMq"/>. A stream keeps messages for agents that are away.</summary>
    public string? Stream { get; init; }

    public string? Channel { get; init; }

    /// <summary>A RabbitMQ instead of Redis, <c>amqp://user:password@host/vhost</c>, by MassTransit. A CMS that has a bus of its own gives that to the publisher.</summary>
    public string? RabbitMq { get; init; }

    // Somebody waits for a save to end: a broker that does not answer soon is away, and the outbox sends it later.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The publisher, or everything that is wrong.</summary>
    public bool TryMakePublisher([NotNullWhen(true)] out IInvalidationPublisher? publisher, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        if (new[] { Stream, Channel, RabbitMq }.Count(one => one is not null) != 1) found.Add("One of Cms:Stream, Cms:Channel and Cms:RabbitMq must be set");
        publisher = RabbitMq is null ? OnRedis(found) : OnRabbitMq(RabbitMq, found);
        problems = found;
        return publisher is not null && found.Count == 0;
    }

    private RedisPublisher? OnRedis(List<string> problems)
    {
        if (!RedisAddress.TryParse(Redis, out var address, out var odd))
        {
            problems.Add("Cms:Redis: " + odd);
            return null;
        }

        var options = new RedisPublisherOptions { Address = address, Stream = Stream, Channel = Channel, ConnectTimeout = Patience, ReplyTimeout = Patience };
        problems.AddRange(options.Problems());
        return new RedisPublisher(options, TimeProvider.System);
    }

    private static MassTransitPublisher? OnRabbitMq(string url, List<string> problems)
    {
        if (RabbitAddress.TryParse(url, out var address, out var odd))
            return new MassTransitPublisher(new MassTransitPublisherOptions { Address = address, Timeout = 2 * Patience }, TimeProvider.System);
        problems.Add("Cms:RabbitMq: " + odd);
        return null;
    }
}
