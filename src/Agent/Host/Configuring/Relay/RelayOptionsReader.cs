using System.Security.Cryptography;
using System.Text;
using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Configuring.Relay;

/// <summary>The room's door: a relay's options out of its file, flags and environment.</summary>
internal static class RelayOptionsReader
{
    /// <summary>Not an agent's port: both may run on one host.</summary>
    public static readonly ListenOptions DefaultListen = new() { Addresses = [new ListenAddress("http://127.0.0.1:8472", null, "127.0.0.1", 8472)] };

    /// <summary>Either the options and no problem, or null and every problem at once.</summary>
    public static (RelayOptions? Options, IReadOnlyList<ConfigProblem> Problems) Read(
        FlagValues flags, IReadOnlyDictionary<string, string> environment, HostFacts? facts = null)
    {
        var problems = new List<ConfigProblem>();
        var fromEnvironment = FlagLayers.Environment(environment, problems);
        var fromFlags = FlagLayers.Flags(flags with { Caches = [] }, new ConfigLayer(), null, problems);
        var before = problems.Count;
        var file = AgentOptionsReader.ReadFile(flags, environment, problems);
        var isRead = problems.Count == before;
        var layers = new[] { file, fromEnvironment, fromFlags };
        Foreign(file, isRead, problems);
        var fleet = FleetReader.Complete(file, environment, problems) with { Targets = [] };
        var routes = new RouteCheck(fleet, file.HttpName, problems);
        var resolved = routes.Resolve(file.Routes ?? []);
        var path = flags.Config ?? environment.GetValueOrDefault("TOWNCRIER_CONFIG") ?? "";
        var options = new RelayOptions
        {
            Fleet = fleet,
            Routes = resolved,
            Sources = routes.Used(resolved),
            HttpName = resolved.Any(route => route.From.Contains(routes.HttpName)) ? routes.HttpName : null,
            Listen = Scalars.Listen(layers, layers.Any(l => l.Token is not null || l.TokenFile is not null), problems, DefaultListen),
            StateDirectory = AgentOptionsReader.State(layers, [], problems, () => StateDirectory.Named("relay-" + Short(Path.GetFullPath("/" + path)), facts ?? HostFacts.Detect(environment))),
            Token = TokenReader.Read(layers, problems),
            Log = Scalars.Log(layers, problems),
        };
        return problems.Count == 0 ? (options, []) : (null, [.. problems.Distinct()]);
    }

    private static void Foreign(ConfigLayer file, bool isRead, List<ConfigProblem> problems)
    {
        // A file that could not be read whole has said so; that it seems to have no routes is no news.
        if (file.Routes is null && isRead) problems.Add(new ConfigProblem("--config", "there are no routes: a relay would have nothing to do", $"Name a file by --config, and write '{RouteSections.Example}' there"));
        else if (file.Routes?.Count == 0 && isRead) problems.Add(new ConfigProblem("routes", "the list is empty: a relay would have nothing to do", $"Write '{RouteSections.Example}'"));
        if (file.Caches.Count > 0) problems.Add(new ConfigProblem("caches", "a relay looks after no cache", "Give the host's agent a file of its own, with 'caches:' and without 'routes:'"));
        if (file.Fleet.Targets.Count > 0) problems.Add(new ConfigProblem("targets", "a relay sends to publishers, not to caches", "Give an agent a file of its own, with 'targets:' and without 'routes:'"));
        if (file.Fleet.Warm is not null) problems.Add(new ConfigProblem("warm", "a relay has no cache to be warmed", "Write it into the agents' files"));
        if (file.Fleet.Receipts is not null) problems.Add(new ConfigProblem("receipts", "a relay purges nothing, and sends no receipts", "Remove it; agents send theirs where their own files say"));
        if (file.Fleet.Admission.ScopeTagsByHost) problems.Add(new ConfigProblem("scope_tags_by_host", "a relay cannot say this to agents", "Write it into the agents' files"));
    }

    // One directory for each file: two relays of one host never share one, and what is in the file may change.
    private static string Short(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];
}
