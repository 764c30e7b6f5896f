using System.Diagnostics.CodeAnalysis;
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

    /// <summary>Give this, or <see cref="Channel"/>. A stream keeps messages for agents that are away.</summary>
    public string? Stream { get; init; }

    public string? Channel { get; init; }

    /// <summary>How to publish, or everything that is wrong.</summary>
    public bool TryMakePublisher([NotNullWhen(true)] out RedisPublisherOptions? options, out IReadOnlyList<string> problems)
    {
        options = null;
        List<string> found = [];
        if (Stream is null == Channel is null) found.Add("Cms:Stream or Cms:Channel must be set, and not both");
        if (RedisAddress.TryParse(Redis, out var address, out var odd))
        {
            // Somebody waits for a save to end: a broker that does not answer soon is away, and the outbox sends it later.
            options = new RedisPublisherOptions { Address = address, Stream = Stream, Channel = Channel, ConnectTimeout = TimeSpan.FromSeconds(1), ReplyTimeout = TimeSpan.FromSeconds(1) };
            found.AddRange(options.Problems());
        }
        else
        {
            found.Add("Cms:Redis: " + odd);
        }

        problems = found;
        return options is not null && found.Count == 0;
    }
}
