using Towncrier.Agent.Governing;
using Towncrier.Host.Configuring.Fleet;
using Towncrier.Host.Configuring.Relay;
using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring;

/// <summary>The layer of the YAML file.</summary>
internal static class FileLayer
{
    /// <summary>Reads what can be read; the rest is in <paramref name="problems"/>.</summary>
    public static ConfigLayer Read(YamlValue root, string file, List<ConfigProblem> problems)
    {
        var top = new YamlSection(file, "", root, problems);
        var layer = new ConfigLayer
        {
            Caches = [.. ReadCaches(top, problems)],
            State = top.Text("state"),
            Fence = top.Text("fence"),
            Log = top.Text("log"),
            Fleet = FleetReader.Read(top, problems),
            Original = VarnishTowncrier.Read(top),
            Routes = RouteSections.Read(top, problems),
        };
        layer = ReadSources(top, layer, problems);
        if (top.Section("soft") is { } soft)
        {
            layer = layer with { SoftUpdating = soft.Text("updating"), SoftError = soft.Text("error") };
            soft.Finish();
        }

        top.Finish();
        return layer;
    }

    private static IEnumerable<CacheLayer> ReadCaches(YamlSection top, List<ConfigProblem> problems)
    {
        foreach (var section in top.Sections("caches"))
        {
            var before = problems.Count;
            var path = section.Text("path");
            if (path is null && problems.Count == before)
                problems.Add(new ConfigProblem(section.Where, "a cache has no path", "Write 'path: DIR', as in nginx's proxy_cache_path"));
            var cache = new CacheLayer(path ?? default)
            {
                Key = section.Text("key"),
                Hosts = section.Texts("hosts"),
                Tags = section.Texts("tags"),
                Limits = [.. LimitWords.Keys.Select(key => (key, Text: section.Text(key))).Where(limit => limit.Text is not null).Select(limit => (limit.key, limit.Text!.Value))],
                MustBeAbsolute = true,
            };
            section.Finish();
            if (path is not null) yield return cache;
        }
    }

    private static ConfigLayer ReadSources(YamlSection top, ConfigLayer layer, List<ConfigProblem> problems)
    {
        foreach (var source in top.Sections("sources"))
        {
            if (source.IsEmpty) problems.Add(new ConfigProblem(source.Where, "a source is empty", "Write '- http: { listen: ADDRESS }'"));
            var name = source.Text("name");
            if (source.Section("http") is { } http)
            {
                layer = layer with { HttpName = http.Text("name") ?? name ?? layer.HttpName };
                var listen = http.Texts("listen") ?? [];
                layer = layer with { Listen = [.. layer.Listen ?? [], .. listen] };
                if (http.Text("token_file") is { } tokenFile) layer = layer with { TokenFile = OneToken(layer.TokenFile, tokenFile, problems) };
                http.Finish();
            }

            foreach (var broker in Broker.All) source.Take(broker.Kind); // read with the rest of the fleet
            source.Finish();
        }

        // "http:" without addresses asks for the default one, as no source at all does.
        return layer.Listen is { Count: 0 } ? layer with { Listen = null } : layer;
    }

    private static Sourced<string> OneToken(Sourced<string>? first, Sourced<string> second, List<ConfigProblem> problems)
    {
        if (first is not { } earlier || earlier.Value == second.Value) return second;
        problems.Add(new ConfigProblem(second.Where, $"another token_file is given at {earlier.Where}", "Use one token for all addresses"));
        return earlier;
    }
}
