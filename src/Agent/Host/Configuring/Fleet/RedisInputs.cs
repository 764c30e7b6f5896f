using System.Globalization;
using Towncrier.Agent;
using Towncrier.Providers.Redis;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>Redis as a source, a publisher and a place of receipts.</summary>
internal static class RedisInputs
{
    public static SourceInput Source(RedisSourceOptions options, GapPolicy gap)
    {
        IReadOnlyList<string> labels = [.. options.Channels, .. options.Stream is { } stream ? (string[])[stream] : []];
        return new SourceInput("redis", labels, options.Address.ToString(), gap, clock => new RedisSource(options, clock, new Random()))
        {
            Options = options,
            Yaml = [.. Yaml(options), GapSetting.Write(gap)],
            Hears = place => RedisPlaces.Hears(options, place),
            Back = Publisher(Back(options)),
        };
    }

    public static PublisherInput Publisher(RedisPublisherOptions options)
        => new("redis", options.Address.ToString(), clock => new RedisPublisher(options, clock))
        {
            Options = options,
            Yaml = [.. Yaml(options)],
            Place = RedisPlaces.Of(options),
            Receipts = options.Stream is { } stream ? Kept(options, stream) : options.Channel is { } channel ? Passing(options, channel) : null,
        };

    /// <summary>Receipts of a stream, which keeps them.</summary>
    public static ReceiptsInput Kept(RedisPublisherOptions place, string stream)
        => new(clock => new RedisSource(new RedisSourceOptions { Address = place.Address, Password = place.Password, Stream = stream }, clock, new Random()))
        {
            Since = time => string.Create(CultureInfo.InvariantCulture, $"{time.ToUnixTimeMilliseconds()}-0"),
        };

    private static ReceiptsInput Passing(RedisPublisherOptions place, string channel)
        => new(clock => new RedisSource(new RedisSourceOptions { Address = place.Address, Password = place.Password, Channels = [channel] }, clock, new Random()));

    // What an agent with this configuration listens to; the stream first, for it keeps what is sent.
    private static RedisPublisherOptions Back(RedisSourceOptions source) => source.Stream is { } stream
        ? new RedisPublisherOptions { Address = source.Address, Password = source.Password, Stream = stream }
        : new RedisPublisherOptions { Address = source.Address, Password = source.Password, Channel = source.Channels is [var first, ..] ? first : null };

    private static IEnumerable<string> Yaml(RedisSourceOptions options)
    {
        yield return Url(options.Address);
        if (options.Channels.Count > 0) yield return $"channels: {FleetYaml.List(options.Channels)}";
        if (options.Stream is { } stream) yield return $"stream: {FleetYaml.Quote(stream)}";
        yield return $"heartbeat: {Durations.Write(options.Heartbeat)}";
        yield return $"read_timeout: {Durations.Write(options.ReadTimeout)}";
        yield return $"connect_timeout: {Durations.Write(options.ConnectTimeout)}";
        yield return $"max_buffered_bytes: {options.MaxBufferedBytes}";
        yield return $"window: {options.Window}";
    }

    private static IEnumerable<string> Yaml(RedisPublisherOptions options)
    {
        yield return Url(options.Address);
        if (options.Channel is { } channel) yield return $"channel: {FleetYaml.Quote(channel)}";
        if (options.Stream is { } stream) yield return $"stream: {FleetYaml.Quote(stream)}";
    }

    private static string Url(RedisAddress address) => $"url: {FleetYaml.Quote(address.ToString())} # user and password are not shown";
}
