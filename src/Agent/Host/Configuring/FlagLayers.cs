namespace Towncrier.Host.Configuring;

/// <summary>The layers of the command line and of the environment.</summary>
internal static class FlagLayers
{
    /// <summary>Every variable that is read. Others that begin with TOWNCRIER_ are left alone: Kubernetes makes such names for a service.</summary>
    public static readonly IReadOnlyList<string> Variables =
    [
        "TOWNCRIER_CONFIG", "TOWNCRIER_CACHE", "TOWNCRIER_KEY", "TOWNCRIER_LISTEN", "TOWNCRIER_STATE", "TOWNCRIER_FENCE",
        "TOWNCRIER_TOKEN", "TOWNCRIER_TOKEN_FILE", "TOWNCRIER_LOG",
    ];

    /// <summary>The variable's value; an empty one counts as not given, as `docker run -e NAME=` means it.</summary>
    public static Sourced<string>? Variable(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && value.Length > 0 ? new Sourced<string>(value, name) : null;

    public static ConfigLayer Environment(IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        Sourced<string>? Get(string name) => Variable(environment, name);
        var key = Get("TOWNCRIER_KEY");
        var (token, tokenFile) = (Get("TOWNCRIER_TOKEN"), Get("TOWNCRIER_TOKEN_FILE"));
        if (token is not null && tokenFile is not null)
            problems.Add(new ConfigProblem("TOWNCRIER_TOKEN", "TOWNCRIER_TOKEN_FILE is given too", "Keep one of them"));
        return new ConfigLayer
        {
            Caches = [.. Split("TOWNCRIER_CACHE", ':').Select(path => new CacheLayer(path) { Key = key })],
            Listen = Get("TOWNCRIER_LISTEN") is null ? null : [.. Split("TOWNCRIER_LISTEN", ',')],
            State = Get("TOWNCRIER_STATE"),
            Fence = Get("TOWNCRIER_FENCE"),
            Token = token,
            TokenFile = tokenFile,
            Log = Get("TOWNCRIER_LOG"),
        };

        IEnumerable<Sourced<string>> Split(string name, char separator) =>
            (Get(name)?.Value ?? "").Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(v => new Sourced<string>(v, name));
    }

    /// <summary>
    /// The flags' layer. A --cache without --key takes TOWNCRIER_KEY, and the caches of TOWNCRIER_CACHE yield to --key:
    /// to the user these two ways of naming a cache in passing are one.
    /// </summary>
    public static ConfigLayer Flags(FlagValues flags, ConfigLayer environment, Sourced<string>? environmentKey, List<ConfigProblem> problems)
    {
        var key = At(flags.Key, "--key") ?? environmentKey;
        var caches = flags.Caches.Select(path => new CacheLayer(new Sourced<string>(path, "--cache"))
        {
            Key = key,
            Hosts = flags.Hosts.Count == 0 ? null : [.. flags.Hosts.Select(h => new Sourced<string>(h, "--host"))],
            Tags = flags.Tags.Count == 0 ? null : [.. flags.Tags.Select(t => new Sourced<string>(t, "--tag-header"))],
        }).ToList();
        if (flags.Key is not null) caches.AddRange(environment.Caches.Select(c => c with { Key = key }));
        if (key is { } given && caches.Count == 0 && environment.Caches.Count == 0)
            problems.Add(new ConfigProblem(given.Where, "there is no cache for this key", "Give --cache DIR too, or write the key beside its path in the file"));
        return new ConfigLayer
        {
            Caches = caches,
            Listen = flags.Listen.Count == 0 ? null : [.. flags.Listen.Select(l => new Sourced<string>(l, "--listen"))],
            State = At(flags.State, "--state"),
            Fence = At(flags.Fence, "--fence"),
            TokenFile = At(flags.TokenFile, "--token-file"),
            Log = At(flags.Log, "--log"),
        };
    }

    private static Sourced<string>? At(string? value, string flag) => value is null ? null : new Sourced<string>(value, flag);
}
