namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>The part of an nginx configuration that decides about caches.</summary>
internal sealed record NginxModel
{
    private static readonly string[] Kinds = ["proxy", "fastcgi", "uwsgi", "scgi"];

    public required IReadOnlyList<NginxZone> Zones { get; init; }

    /// <summary>Every place that caches.</summary>
    public required IReadOnlyList<NginxPlace> Places { get; init; }

    /// <summary>The directives outside of all blocks: user, worker_processes.</summary>
    public required IReadOnlyList<NginxDirective> Main { get; init; }

    /// <summary>What the parser could not make sense of, one line each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>The user of the workers, or null when the configuration leaves it to the build.</summary>
    public NginxDirective? User => Main.LastOrDefault(d => d.Name == "user" && d.Args.Count > 0);

    /// <summary>True when there is an http block: anything else is not a configuration we can judge.</summary>
    public required bool HasHttp { get; init; }

    /// <summary>Reads either form of text. <paramref name="prefix"/> is what relative cache paths start from (nginx -V, --prefix).</summary>
    public static NginxModel Read(string text, string name, string prefix)
    {
        var problems = new List<string>();
        var main = NginxInclude.Resolve(NginxText.Of(text, name), problems);
        var zones = new List<NginxZone>();
        var places = new List<NginxPlace>();
        foreach (var http in main.Where(d => d is { Name: "http", Block: not null }))
        {
            zones.AddRange(http.Block!.Where(d => d.Args.Count > 0).Select(d => Zone(d, prefix)).OfType<NginxZone>());
            Walk(http.Block!, [http.Block!], places);
        }

        return new NginxModel { Zones = zones, Places = places, Main = main, Problems = problems, HasHttp = main.Any(d => d is { Name: "http", Block: not null }) };
    }

    /// <summary>The places that may write into that zone; a zone name with a variable may mean any of its kind.</summary>
    public IEnumerable<NginxPlace> PlacesOf(NginxZone zone) =>
        Places.Where(p => p.Kind == zone.Kind && (p.ZoneName == zone.Name || p.ZoneName!.Contains('$')));

    private static NginxZone? Zone(NginxDirective directive, string prefix)
    {
        var kind = Kinds.FirstOrDefault(k => directive.Name == k + "_cache_path");
        if (kind is null) return null;
        var path = directive.First.StartsWith('/') ? directive.First : prefix.TrimEnd('/') + "/" + directive.First;
        var zone = new NginxZone(kind, "", path.Length > 1 ? path.TrimEnd('/') : path, directive);
        return zone with { Name = zone.Parameter("keys_zone").Split(':')[0] };
    }

    private static void Walk(IReadOnlyList<NginxDirective> level, IReadOnlyList<IReadOnlyList<NginxDirective>> levels, List<NginxPlace> places)
    {
        foreach (var kind in Kinds)
        {
            if (level.FirstOrDefault(d => d.Name == kind + "_pass") is not { } pass) continue;
            var place = new NginxPlace(kind, pass, levels);
            if (place.ZoneName is not null) places.Add(place);
        }

        foreach (var inner in level)
            if (inner is { Name: "server" or "location" or "if" or "limit_except", Block: { } block }) Walk(block, [.. levels, block], places);
    }
}
