using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Receiving;
using Towncrier.Wire;

namespace Towncrier.Agent;

/// <summary>Everything an agent is made of. Checked by whoever reads the configuration.</summary>
public sealed record AgentSetup
{
    public required IReadOnlyList<CacheSettings> Caches { get; init; }

    public required IReadOnlyList<SourceSetup> Sources { get; init; }

    /// <summary>Caches that are purged over the network beside the directories; the owner disposes of them.</summary>
    public IReadOnlyList<IInvalidationTarget> Targets { get; init; } = [];

    /// <summary>Who may invalidate what.</summary>
    public AdmissionPolicy Admission { get; init; } = new();

    /// <summary>Where receipts are sent; null: nowhere. The owner disposes of it.</summary>
    public IInvalidationPublisher? Receipts { get; init; }

    /// <summary>This agent's name in receipts: the host's, unless told otherwise. Unique in the fleet.</summary>
    public string Name { get; init; } = Environment.MachineName;

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

/// <summary>One source, and what is done when messages of it may have been lost.</summary>
public sealed record SourceSetup(IInvalidationSource Source, GapPolicy OnGap = GapPolicy.Warn);
