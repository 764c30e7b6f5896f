using Towncrier.Wire;

namespace Towncrier.Providers.Http;

/// <summary>How messages are taken in over HTTP. Where to listen is for the owner of the server to say.</summary>
public sealed record HttpSourceOptions
{
    /// <summary>Largest request body, in bytes: one message, or an array of them. Default 1 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Longest a request waits for its answer, whatever it asks for. Default 60 s, nginx's proxy_read_timeout.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most messages taken in and not yet read by the agent; the next is answered 503. Default 1,024.</summary>
    public int Capacity { get; init; } = 1024;

    /// <summary>
    /// The <c>host:port</c> the agent itself listens on, such as <c>127.0.0.1:8471</c>. A PURGE sent to one of them, or to
    /// <c>localhost</c> with its port, names the agent and no site, and so means any host.
    /// </summary>
    public IReadOnlyList<string> OwnAuthorities { get; init; } = [];

    /// <summary>Bounds of each message. Only the number of messages is held here; the rest is for the agent.</summary>
    public WireLimits Limits { get; init; } = WireLimits.Default;

    /// <summary>What is wrong with these options, all of it, as a user would name them.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxBodyBytes is < 1024 or > 64 * 1024 * 1024) yield return "http.max_body_bytes must be 1024..67108864";
        if (MaxWait < TimeSpan.FromMilliseconds(1) || MaxWait > TimeSpan.FromHours(1)) yield return "http.max_wait must be 1ms..1h";
        if (Capacity is < 1 or > 1_000_000) yield return "http.capacity must be 1..1000000";
        foreach (var authority in OwnAuthorities.Where(string.IsNullOrWhiteSpace))
            yield return $"http.own_authorities holds \"{authority}\"";
    }
}
