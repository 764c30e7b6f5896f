using Towncrier.Agent;
using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Configuring.Relay;

/// <summary>Finds what routes name, and refuses those that lead back to where they come from.</summary>
internal sealed class RouteCheck
{
    private const string Http = "http";

    private readonly FleetOptions _fleet;
    private readonly List<ConfigProblem> _problems;
    private readonly Dictionary<string, SourceInput> _sources = new(StringComparer.Ordinal);

    public RouteCheck(FleetOptions fleet, Sourced<string>? httpName, List<ConfigProblem> problems)
    {
        (_fleet, _problems) = (fleet, problems);
        HttpName = httpName?.Value ?? Http;
        foreach (var source in fleet.Sources)
        {
            var name = source.Name ?? source.Kind;
            for (var i = 2; source.Name is null && _sources.ContainsKey(name); i++) name = $"{source.Kind}-{i}";
            if (name == HttpName || !_sources.TryAdd(name, source))
                problems.Add(new ConfigProblem("sources", $"two sources are called {name}", "Give each a name of its own"));
            if (name.Length > 60) problems.Add(new ConfigProblem("sources", $"the name of a source has {name.Length} characters", "Write at most 60: it goes into each message that passes"));
        }

        if (fleet.Name!.Length > 120) problems.Add(new ConfigProblem("name", $"the relay's name has {fleet.Name.Length} characters", "Write 'name:' with at most 120: it goes into each message that passes"));
    }

    /// <summary>What routes and <c>via</c> call messages that come by HTTP.</summary>
    public string HttpName { get; }

    public IReadOnlyList<RelayRouteOptions> Resolve(IReadOnlyList<RouteLayer> routes)
        => [.. routes.Select(route => Checked(new RelayRouteOptions([.. route.From.SelectMany(From).Distinct()], [.. route.To.SelectMany(To).Distinct()], route)))];

    /// <summary>The brokers that some route reads from.</summary>
    public Dictionary<string, SourceInput> Used(IReadOnlyList<RelayRouteOptions> routes)
        => _sources.Where(source => routes.Any(route => route.From.Contains(source.Key))).ToDictionary(StringComparer.Ordinal);

    // A name first; then all sources of a kind.
    private IEnumerable<string> From(Sourced<string> given)
    {
        if (given.Value == HttpName || given.Value == Http) return [HttpName];
        if (_sources.TryGetValue(given.Value, out var named) && (named.Name is not null || named.Kind != given.Value)) return [given.Value];
        List<string> ofKind = [.. _sources.Where(source => source.Value.Kind == given.Value).Select(source => source.Key)];
        if (ofKind.Count > 0) return ofKind;
        _problems.Add(new ConfigProblem(given.Where, $"there is no source '{given.Value}'", Known(given.Value, _sources.Keys.Append(HttpName), "sources: [{ redis: { .. }, name: cms }]")));
        return [];
    }

    private IEnumerable<string> To(Sourced<string> given)
    {
        if (_fleet.Publishers.ContainsKey(given.Value)) return [given.Value];
        _problems.Add(new ConfigProblem(given.Where, $"there is no publisher '{given.Value}'", Known(given.Value, _fleet.Publishers.Keys, $"publishers: {{ {given.Value}: {{ redis: {{ .. }} }} }}")));
        return [];
    }

    private RelayRouteOptions Checked(RelayRouteOptions route)
    {
        foreach (var from in route.From.Where(_sources.ContainsKey))
            foreach (var to in route.To.Where(to => _sources[from].Hears(_fleet.Publishers[to].Place)))
                _problems.Add(new ConfigProblem(route.Layer.Where, $"the route from {from} to {to} loops: what is sent to {_fleet.Publishers[to].Shown} is what {from} reads", "Send to another channel, topic or exchange than the source's own"));
        return route;
    }

    private static string Known(string typed, IEnumerable<string> known, string example)
    {
        List<string> names = [.. known];
        if (names.Count == 0) return $"Write '{example}'";
        return NearestName.Of(typed, names) is { } near ? $"Did you mean '{near}'?" : $"Known are {string.Join(", ", names)}";
    }
}
