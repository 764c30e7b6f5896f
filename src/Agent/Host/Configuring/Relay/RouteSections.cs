using Towncrier.Host.Configuring.Fleet;
using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring.Relay;

/// <summary>The list <c>routes:</c> of a relay's file.</summary>
internal static class RouteSections
{
    public const string Example = "routes: [{ from: redis, to: [azure] }]";

    /// <summary>Null when the file has no routes, and so is not a relay's.</summary>
    public static IReadOnlyList<RouteLayer>? Read(YamlSection top, List<ConfigProblem> problems)
        => top.Keys.Contains("routes") ? [.. top.Sections("routes").Select(section => One(section, problems))] : null;

    private static RouteLayer One(YamlSection section, List<ConfigProblem> problems)
    {
        var route = new RouteLayer(section.Where)
        {
            From = Named(section, "from", problems),
            To = Named(section, "to", problems),
            Hosts = Hosts(section, problems),
            Commands = AllowSection.Commands(Filter(section, "commands", problems), problems),
            Audience = Audience(section, problems),
            Rate = Rate(section, problems),
        };
        section.Finish();
        return route;
    }

    private static IReadOnlyList<Sourced<string>> Named(YamlSection section, string key, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var names = section.Texts(key) ?? [];
        if (names.Count == 0 && problems.Count == before) problems.Add(new ConfigProblem(section.Where, $"a route has no '{key}'", $"Write '{Example}'"));
        return names;
    }

    // An empty list could be meant as nothing or as everything.
    private static IReadOnlyList<Sourced<string>> Filter(YamlSection section, string key, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var texts = section.Texts(key);
        if (texts is { Count: 0 } && problems.Count == before)
            problems.Add(new ConfigProblem(section.Where, $"the list '{key}' of a route is empty", $"Name what takes the route, or remove '{key}' to let everything take it"));
        return texts ?? [];
    }

    private static List<string> Hosts(YamlSection section, List<ConfigProblem> problems)
    {
        var hosts = Filter(section, "hosts", problems);
        problems.AddRange(hosts.Where(host => !IsHost(host.Value)).Select(host => new ConfigProblem(
            host.Where, $"'{host.Value}' is not a host", "Write a name such as www.example.org, or *.example.org for all below it")));
        return [.. hosts.Select(host => host.Value)];
    }

    // A star elsewhere would match nothing, and the route would drop everything without a word.
    private static bool IsHost(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return host == "*" || (name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c is '/' or '\\' or '*'));
    }

    private static Dictionary<string, IReadOnlyList<string>> Audience(YamlSection section, List<ConfigProblem> problems)
    {
        var audience = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (section.Section("audience", mustHold: true) is not { } labels) return audience;
        foreach (var label in labels.Keys) audience[label] = [.. Filter(labels, label, problems).Select(value => value.Value)];
        return audience;
    }

    private static int? Rate(YamlSection section, List<ConfigProblem> problems)
    {
        if (section.Text("rate") is not { } text) return null;
        var number = text.Value.EndsWith("/s", StringComparison.Ordinal) ? text.Value[..^2] : text.Value;
        if (int.TryParse(number, out var rate) && rate is >= 1 and <= 1_000_000) return rate;
        problems.Add(new ConfigProblem(text.Where, $"rate '{text.Value}' is not a number of messages a second from 1 to 1000000", "Write 'rate: 200/s'"));
        return null;
    }
}
