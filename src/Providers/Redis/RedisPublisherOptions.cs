using Towncrier.Wire;

namespace Towncrier.Providers.Redis;

/// <summary>Where messages are sent. With a channel and a stream, each message goes to both.</summary>
public sealed record RedisPublisherOptions
{
    public required RedisAddress Address { get; init; }

    /// <summary>A pub/sub channel; null for none.</summary>
    public string? Channel { get; init; }

    /// <summary>The key of a stream; null for none. It is made by the first message.</summary>
    public string? Stream { get; init; }

    /// <summary>
    /// Entries the stream keeps, about (XADD MAXLEN ~). Default 100,000: some 30 MB of Redis at 300 bytes each, and days of an
    /// agent's absence at a message a second; what is trimmed unread is told as a gap. 0: nothing is trimmed.
    /// </summary>
    public long MaxLength { get; init; } = 100_000;

    /// <summary>Instead of the address's, when not null.</summary>
    public string? Password { get; init; }

    /// <summary>For connecting, TLS and logging in. Default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait for an answer. Default 5 s: a Redis that saves or fails over may stall for a few.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest message. Default 256 KiB, what an agent takes.</summary>
    public int MaxBytes { get; init; } = WireLimits.Default.MaxBytes;

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Channel is null && Stream is null) yield return "redis needs a channel or a stream to publish to";
        if (Channel?.Length == 0) yield return "redis.channel must not be empty";
        if (Stream?.Length == 0) yield return "redis.stream must not be empty";
        if (MaxLength < 0) yield return "redis.max_length must not be negative";
        if (ConnectTimeout < TimeSpan.FromMilliseconds(50) || ConnectTimeout > TimeSpan.FromMinutes(5)) yield return "redis.connect_timeout must be 50ms..5m";
        if (ReplyTimeout < TimeSpan.FromMilliseconds(50) || ReplyTimeout > TimeSpan.FromMinutes(5)) yield return "redis.reply_timeout must be 50ms..5m";
        if (MaxBytes is < 1024 or > 16 * 1024 * 1024) yield return "redis.max_bytes must be 1024..16777216";
    }

    /// <summary>Without the password, which a record would print.</summary>
    public override string ToString() => $"{Address}: {Channel} {Stream}";
}
