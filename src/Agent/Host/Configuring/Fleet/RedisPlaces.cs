using Towncrier.Providers.Redis;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>
/// Channels and streams of a Redis as places: <c>redis://HOST:PORT/#channel:NAME</c>, <c>redis://HOST:PORT/DB#stream:NAME</c>.
/// A channel is the same in every database (redis.io, PUBLISH: "Pub/Sub has no relation to the key space"); a stream is not. Pure.
/// </summary>
internal static class RedisPlaces
{
    private const string ChannelMark = "#channel:";

    /// <summary>Where a publisher sends; both, on a line each, where it sends to a channel and a stream.</summary>
    public static string Of(RedisPublisherOptions options) => string.Join('\n',
        [.. options.Channel is { } channel ? [Channels(options.Address) + channel] : (string[])[], .. options.Stream is { } stream ? [Stream(options.Address, stream)] : (string[])[]]);

    /// <summary>Whether some of what is sent to the place arrives at the source.</summary>
    public static bool Hears(RedisSourceOptions options, string place)
    {
        var channels = Channels(options.Address);
        return place.Split('\n').Any(one => one.StartsWith(channels, StringComparison.Ordinal)
            ? options.Channels.Any(pattern => RedisGlob.Matches(pattern, one.AsSpan(channels.Length)))
            : options.Stream is { } stream && one == Stream(options.Address, stream));
    }

    private static string Stream(RedisAddress address, string name) => $"{Server(address)}#stream:{name}";

    // Names of hosts have no case; those of sockets and of a sentinel's master have.
    private static string Server(RedisAddress address)
    {
        var text = address.ToString();
        return text.StartsWith("redis://", StringComparison.Ordinal) || text.StartsWith("rediss://", StringComparison.Ordinal)
            ? text.ToLowerInvariant().Replace("://localhost:", "://127.0.0.1:", StringComparison.Ordinal)
            : text;
    }

    private static string Channels(RedisAddress address)
    {
        var text = Server(address); // ends with the database: /0 or ?db=0
        return text[..(text.LastIndexOfAny(['/', '?']) + 1)] + ChannelMark;
    }
}
