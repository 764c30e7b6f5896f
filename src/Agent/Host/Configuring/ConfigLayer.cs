using Towncrier.Host.Configuring.Fleet;
using Towncrier.Host.Configuring.Relay;

namespace Towncrier.Host.Configuring;

/// <summary>What one of the three sources (flags, environment, file) said, still as text. Null means: it said nothing.</summary>
internal sealed record ConfigLayer
{
    public IReadOnlyList<CacheLayer> Caches { get; init; } = [];

    public IReadOnlyList<Sourced<string>>? Listen { get; init; }

    public Sourced<string>? State { get; init; }

    public Sourced<string>? Fence { get; init; }

    public Sourced<string>? SoftUpdating { get; init; }

    public Sourced<string>? SoftError { get; init; }

    public Sourced<string>? Token { get; init; }

    public Sourced<string>? TokenFile { get; init; }

    public Sourced<string>? Log { get; init; }

    /// <summary>What connects this host to others; only a file says that.</summary>
    public FleetOptions Fleet { get; init; } = new();

    /// <summary>Routes of a relay; null when the file has none.</summary>
    public IReadOnlyList<RouteLayer>? Routes { get; init; }

    /// <summary>What the file calls messages that come by HTTP.</summary>
    public Sourced<string>? HttpName { get; init; }

    /// <summary>varnish-towncrier's own settings, by the names of their environment variables.</summary>
    public IReadOnlyDictionary<string, Sourced<string>> Original { get; init; } = new Dictionary<string, Sourced<string>>();
}

/// <summary>One cache as one source named it.</summary>
internal sealed record CacheLayer(Sourced<string> Path)
{
    public Sourced<string>? Key { get; init; }

    public IReadOnlyList<Sourced<string>>? Hosts { get; init; }

    public IReadOnlyList<Sourced<string>>? Tags { get; init; }

    /// <summary>Limits by their names.</summary>
    public IReadOnlyList<(string Key, Sourced<string> Text)> Limits { get; init; } = [];

    /// <summary>Relative paths are for people at a prompt; in a file they would depend on who starts the agent, and where.</summary>
    public bool MustBeAbsolute { get; init; }
}
