using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Configuring;

/// <summary>
/// Everything the agent was told, after flags, environment, file and defaults are merged.
/// It exists only when there was no problem: whoever holds one need not check it again.
/// </summary>
internal sealed record AgentOptions
{
    /// <summary>The caches to look after, each path once; at least one, unless there is a target.</summary>
    public required IReadOnlyList<CacheOptions> Caches { get; init; }

    public ListenOptions Listen { get; init; } = ListenOptions.Default;

    /// <summary>Where the journal lives: an absolute path, never inside a cache (nginx's loader deletes what it does not know).</summary>
    public string? StateDirectory { get; init; }

    /// <summary>
    /// How long an applied invalidation stays armed against responses that were already on their way.
    /// Default 10 s; choose at least the origin's worst time to first byte plus the bus's lag. 0 to 1 h.
    /// </summary>
    public TimeSpan Fence { get; init; } = DefaultFence;

    public SoftOptions Soft { get; init; } = new();

    /// <summary>The bearer token that HTTP callers must show; null means that none is asked for, which only loopback and unix sockets may do.</summary>
    public string? Token { get; init; }

    public LogFormat Log { get; init; } = LogFormat.Auto;

    /// <summary>Where messages come from beside HTTP, where else they go, and who may send them.</summary>
    public FleetOptions Fleet { get; init; } = new();

    public HttpLimits Http { get; init; } = new();

    public static readonly TimeSpan DefaultFence = TimeSpan.FromSeconds(10);

    /// <summary>A longer fence holds its invalidations in memory for longer than any origin takes to answer.</summary>
    public static readonly TimeSpan LongestFence = TimeSpan.FromHours(1);

    // A record prints all its members: this one must not print the token into a log.
    public override string ToString() => $"AgentOptions {{ {Caches.Count} caches, {Listen.Addresses.Count} addresses }}";
}
