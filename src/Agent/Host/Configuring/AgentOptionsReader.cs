using Towncrier.Host.Configuring.Fleet;
using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring;

/// <summary>The room's door: merges flags, environment, file and defaults, in this order of strength.</summary>
internal static class AgentOptionsReader
{
    /// <summary>
    /// Either the options and no problem, or null and every problem at once. Reads the configuration file and the token
    /// file; does not look at the cache directories, which may come and go while the agent runs.
    /// </summary>
    /// <param name="flags">The command line.</param>
    /// <param name="environment">The process's environment, as it is.</param>
    /// <param name="facts">What the default state directory depends on; found out when null.</param>
    public static (AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems) Read(
        FlagValues flags, IReadOnlyDictionary<string, string> environment, HostFacts? facts = null)
    {
        var problems = new List<ConfigProblem>();
        var fromEnvironment = FlagLayers.Environment(environment, problems);
        var fromFlags = FlagLayers.Flags(flags, fromEnvironment, FlagLayers.Variable(environment, "TOWNCRIER_KEY"), problems);
        var file = ReadFile(flags, environment, problems);
        var layers = new[] { file, fromEnvironment, fromFlags };
        var fleet = FleetReader.Complete(file, environment, problems);

        if (file.Routes is not null)
            problems.Add(new ConfigProblem("routes", "this is the file of a relay: an agent would take the messages that the relay should hand on", "Start it by 'towncrier relay --config FILE', or remove 'routes:'"));
        var caches = CacheMerge.Merge(layers, problems);
        if (layers.All(l => l.Caches.Count == 0) && fleet.Targets.Count == 0)
            problems.Add(new ConfigProblem("--cache", "no cache directory is given", "Give --cache DIR, TOWNCRIER_CACHE, or 'caches:' or 'targets:' in a file named by --config"));

        if (fleet.Warm is not null && caches.Count == 0) problems.Add(new ConfigProblem("warm", "there is no cache to be warmed", "Remove 'warm:', or name a cache"));

        var token = TokenReader.Read(layers, problems);
        var tokenIsNamed = layers.Any(l => l.Token is not null || l.TokenFile is not null);
        var options = new AgentOptions
        {
            Caches = caches,
            Listen = Scalars.Listen(layers, tokenIsNamed, problems),
            StateDirectory = State(layers, caches, problems, () => StateDirectory.For(caches.Select(c => c.Path), facts ?? HostFacts.Detect(environment))),
            Fence = Scalars.Duration(layers, l => l.Fence, "fence", AgentOptions.LongestFence, problems) ?? AgentOptions.DefaultFence,
            Soft = new SoftOptions
            {
                Updating = Scalars.Duration(layers, l => l.SoftUpdating, "soft.updating", SoftOptions.Longest, problems) ?? new SoftOptions().Updating,
                Error = Scalars.Duration(layers, l => l.SoftError, "soft.error", SoftOptions.Longest, problems),
            },
            Token = token,
            Log = Scalars.Log(layers, problems),
            Fleet = fleet,
        };
        return problems.Count == 0 ? (options, []) : (null, [.. problems.Distinct()]);
    }

    /// <summary>The fleet's part alone, for commands that need no cache: of the file that is named, and of the environment.</summary>
    public static (FleetOptions? Options, IReadOnlyList<ConfigProblem> Problems) ReadFleet(string? config, IReadOnlyDictionary<string, string> environment)
    {
        var problems = new List<ConfigProblem>();
        var fleet = FleetReader.Complete(ReadFile(new FlagValues { Config = config }, environment, problems), environment, problems);
        return problems.Count == 0 ? (fleet, []) : (null, [.. problems.Distinct()]);
    }

    /// <summary>The layer of the file that is named, if one is.</summary>
    internal static ConfigLayer ReadFile(FlagValues flags, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        var named = flags.Config is { } config ? new Sourced<string>(config, "--config") : FlagLayers.Variable(environment, "TOWNCRIER_CONFIG");
        if (named is not { } file) return new ConfigLayer();
        var root = YamlFile.Read(file.Value, file.Where, problems);
        return root is null ? new ConfigLayer() : FileLayer.Read(root, file.Value, problems);
    }

    /// <summary>The directory that some layer names, or else the default one.</summary>
    internal static string? State(ConfigLayer[] layers, IReadOnlyList<CacheOptions> caches, List<ConfigProblem> problems, Func<string?> otherwise)
    {
        var given = layers.LastOrDefault(l => l.State is not null)?.State;
        if (given is null)
        {
            var found = otherwise();
            if (found is null) problems.Add(new ConfigProblem("--state", "there is no place for state: neither HOME nor XDG_STATE_HOME is set", "Give --state DIR"));
            return found;
        }

        var (value, where) = (given.Value.Value, given.Value.Where);
        if (value.Length == 0 || value.Any(char.IsControl))
        {
            problems.Add(new ConfigProblem(where, "the state directory is empty or holds a control character", "Write a directory"));
            return null;
        }

        var state = Path.GetFullPath(value);
        if (state.Length > 1) state = state.TrimEnd('/');
        if (caches.FirstOrDefault(c => StateDirectory.IsWithin(state, c.Path)) is { } cache)
            problems.Add(new ConfigProblem(where, $"the state directory {state} lies in the cache {cache.Path}, where nginx deletes every file it does not know", "Choose a directory outside every cache"));
        return state;
    }
}
