using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Configuring.Relay;

/// <summary>Everything a relay was told. It exists only when there was no problem.</summary>
internal sealed record RelayOptions
{
    /// <summary>Sources, publishers, and who may send what.</summary>
    public required FleetOptions Fleet { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<RelayRouteOptions> Routes { get; init; }

    /// <summary>The brokers that routes read from, by the names that routes and <c>via</c> have for them; the others are not read.</summary>
    public required IReadOnlyDictionary<string, SourceInput> Sources { get; init; }

    /// <summary>What HTTP is called in routes and <c>via</c>; null when no route takes messages that come by it.</summary>
    public string? HttpName { get; init; }

    public required ListenOptions Listen { get; init; }

    public HttpLimits Http { get; init; } = new();

    public string? StateDirectory { get; init; }

    /// <inheritdoc cref="AgentOptions.Token"/>
    public string? Token { get; init; }

    public LogFormat Log { get; init; } = LogFormat.Auto;

    /// <summary>The publishers that routes send to.</summary>
    public IEnumerable<string> Targets => Routes.SelectMany(route => route.To).Distinct(StringComparer.Ordinal);

    // A record prints all its members: this one must not print the token into a log.
    public override string ToString() => $"RelayOptions {{ {Routes.Count} routes }}";
}

/// <summary>One route: from sources of these names to publishers of these names.</summary>
internal sealed record RelayRouteOptions(IReadOnlyList<string> From, IReadOnlyList<string> To, RouteLayer Layer);
