namespace Towncrier.Providers.Redis;

/// <summary>What is read from a Redis, and how.</summary>
public sealed record RedisSourceOptions
{
    // The id of a message is made of this and the entry's id, and ids have at most 200 characters.
    private const int MaxStreamName = 150;

    public required RedisAddress Address { get; init; }

    /// <summary>Pub/sub channels; one with a <c>*</c>, <c>?</c> or <c>[</c> is a pattern. Default none.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The key of a stream; null reads none. It need not exist yet.</summary>
    public string? Stream { get; init; }

    /// <summary>Instead of the address's, when not null.</summary>
    public string? Password { get; init; }

    /// <summary>A link is asked for a sign of life this often. Default 1 s: a gap is then known to within that.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A link that gives no sign of life for so long is dead. Default 2 s: half-open links are noticed before anybody asks.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For connecting, TLS and logging in. Default 2 s: one lost SYN is made good, and a dead server does not hold up the next try.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Most bytes of messages that are not settled, with 256 for each; of the channels and of the stream each. Beyond it
    /// nothing is read. Default 16 MiB: some 40,000 messages of 150 bytes, more than the bursts we know.
    /// </summary>
    public int MaxBufferedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most entries of the stream from the first that is not settled to the last that was read. Default 10,000.</summary>
    public int Window { get; init; } = 10_000;

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (Channels.Count == 0 && Stream is null) yield return "redis needs channels or a stream";
        if (Channels.Any(string.IsNullOrEmpty)) yield return "redis.channels holds an empty name";
        foreach (var twice in Channels.GroupBy(channel => channel, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"redis.channels holds {twice.Key} twice";
        if (Stream is { Length: < 1 or > MaxStreamName }) yield return $"redis.stream must have 1..{MaxStreamName} characters";
        if (Stream is not null && Channels.Contains(Stream)) yield return $"redis.stream and redis.channels both hold {Stream}; give one of them another name";
        if (Heartbeat < TimeSpan.FromMilliseconds(50) || Heartbeat > TimeSpan.FromMinutes(1)) yield return "redis.heartbeat must be 50ms..1m";
        if (ReadTimeout < 1.5 * Heartbeat || ReadTimeout > TimeSpan.FromMinutes(10)) yield return "redis.read_timeout must be at least 1.5 times redis.heartbeat, and 10m at most";
        if (ConnectTimeout < TimeSpan.FromMilliseconds(50) || ConnectTimeout > TimeSpan.FromMinutes(5)) yield return "redis.connect_timeout must be 50ms..5m";
        if (MaxBufferedBytes is < 1024 or > 1024 * 1024 * 1024) yield return "redis.max_buffered_bytes must be 1024..1073741824";
        if (Window is < 1 or > 1_000_000) yield return "redis.window must be 1..1000000";
    }

    /// <summary>Without the password, which a record would print.</summary>
    public override string ToString() => $"{Address}: {string.Join(' ', Channels)} {Stream}";
}
