namespace Towncrier.Agent.Relaying;

/// <summary>Which messages go where. Immutable but for the routes' pace.</summary>
internal sealed class RouteTable
{
    private readonly ILookup<string, Way> _ways;
    private readonly string _relay;

    public RouteTable(RelaySetup setup, IReadOnlyList<Outlet> outlets, TimeProvider clock)
    {
        _relay = setup.Name;
        _ways = setup.Routes.ToLookup(
            route => route.From,
            route => new Way(new RouteFilter(route), route.Rate is { } rate ? new Pace(rate, clock) : null, [.. outlets.Where(outlet => route.To.Contains(outlet.Name))]),
            StringComparer.Ordinal);
    }

    /// <summary>What this relay writes into <c>via</c> of a message from the source: a message may pass it again by another one.</summary>
    public string HopOf(string source) => $"{_relay}/{source}";

    /// <summary>It came from this source before.</summary>
    public bool HasPassed(Invalidation message, string source) => message.Via.Contains(HopOf(source), StringComparer.Ordinal);

    /// <summary>The targets of a message, each once, with the paces that it has to keep. Never one where it has been.</summary>
    public (IReadOnlyList<Outlet> Targets, IReadOnlyList<Pace> Paces) Find(Invalidation message, string source)
    {
        var targets = new List<Outlet>();
        var paces = new List<Pace>();
        foreach (var way in _ways[source])
        {
            if (!way.Filter.Takes(message)) continue;
            var fresh = way.To.Where(outlet => !outlet.HeardBy.Any(heard => heard == source || HasPassed(message, heard))).ToList();
            if (fresh.Count == 0) continue;
            targets.AddRange(fresh.Except(targets));
            if (way.Pace is { } pace) paces.Add(pace);
        }

        return (targets, paces);
    }

    private sealed record Way(RouteFilter Filter, Pace? Pace, IReadOnlyList<Outlet> To);
}
