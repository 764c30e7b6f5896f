using Towncrier.Agent.Dispatching;
using Towncrier.Wire;

namespace Towncrier.Agent;

/// <summary>Everything an agent is made of. Checked by whoever reads the configuration.</summary>
public sealed record AgentSetup
{
    public required IReadOnlyList<CacheSettings> Caches { get; init; }

    public required IReadOnlyList<IInvalidationSource> Sources { get; init; }

    /// <summary>Where the journal is kept; one agent at a time. Never below a cache directory: nginx deletes foreign files there.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>How long an applied invalidation stays armed. Default 10 s; zero turns the fence off.</summary>
    public TimeSpan Fence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Stale-while-revalidate seconds a soft purge writes where the file has none. Default 60.</summary>
    public long SoftUpdatingSeconds { get; init; } = 60;

    /// <summary>Stale-if-error seconds a soft purge writes; null keeps the file's own.</summary>
    public long? SoftErrorSeconds { get; init; }

    public WireLimits Limits { get; init; } = WireLimits.Default;
}
