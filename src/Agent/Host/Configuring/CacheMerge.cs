using Towncrier.Agent.Governing;

namespace Towncrier.Host.Configuring;

/// <summary>Makes one list of caches out of all layers: they add up, and what a stronger layer says of the same path wins.</summary>
internal static class CacheMerge
{
    /// <param name="layers">Weakest first.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IReadOnlyList<CacheOptions> Merge(IReadOnlyList<ConfigLayer> layers, List<ConfigProblem> problems)
    {
        var merged = new List<CacheOptions>();
        foreach (var layer in layers)
        {
            var seen = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var cache in layer.Caches)
            {
                if (FullPath(cache, problems) is not { } path) continue;
                if (!seen.TryAdd(path, cache.Path.Where) && cache.MustBeAbsolute)
                    problems.Add(new ConfigProblem(cache.Path.Where, $"the cache {path} is also at {seen[path]}", "Make them one entry"));
                var at = merged.FindIndex(m => m.Path == path);
                if (at < 0) merged.Add(Apply(new CacheOptions { Path = path }, cache, problems));
                else merged[at] = Apply(merged[at], cache, problems);
            }
        }

        return merged;
    }

    private static CacheOptions Apply(CacheOptions weaker, CacheLayer cache, List<ConfigProblem> problems) => weaker with
    {
        Key = cache.Key is { } key ? Key(key, problems) : weaker.Key,
        Hosts = cache.Hosts is null ? weaker.Hosts : Names(cache.Hosts, IsHost, "a host name", "Write the name alone, without scheme or path: www.example.org", problems),
        Tags = cache.Tags is null ? weaker.Tags : Names(cache.Tags, IsHeader, "a header name", "Write the name alone, without a colon: Cache-Tag", problems),
        Limits = Limits(weaker.Limits, cache.Limits, problems),
    };

    private static CacheLimits Limits(CacheLimits limits, IReadOnlyList<(string Key, Sourced<string> Text)> given, List<ConfigProblem> problems)
    {
        foreach (var (key, text) in given)
        {
            if (LimitWords.With(limits, key, text.Value, out var problem, out var remedy) is { } changed) limits = changed;
            else problems.Add(new ConfigProblem(text.Where, problem, remedy));
        }

        return limits;
    }

    private static string? FullPath(CacheLayer cache, List<ConfigProblem> problems)
    {
        var (path, where) = (cache.Path.Value, cache.Path.Where);
        string? what = null;
        if (path.Length == 0) what = "the cache path is empty";
        else if (path.Any(char.IsControl)) what = "the cache path holds a control character";
        else if (cache.MustBeAbsolute && !path.StartsWith('/')) what = $"the cache path '{path}' is not absolute";
        if (what is null)
        {
            var full = Path.GetFullPath(path).TrimEnd('/');
            if (full.Length > 0) return full;
            what = "the cache path is the root of the file system";
        }

        problems.Add(new ConfigProblem(where, what, "Write the directory of nginx's proxy_cache_path, beginning with '/'"));
        return null;
    }

    private static string? Key(Sourced<string> key, List<ConfigProblem> problems)
    {
        string? what = null;
        if (key.Value.Any(char.IsControl)) what = "the key holds a control character";
        else if (key.Value.Length > CacheOptions.LongestKey) what = $"the key is longer than {CacheOptions.LongestKey} characters";
        else if (!key.Value.Contains('$')) what = $"the key '{key.Value}' has no variable, so every page would share one entry (did the shell expand it?)";
        if (what is null) return key.Value;
        problems.Add(new ConfigProblem(key.Where, what, "Copy nginx's proxy_cache_key, in single quotes: '$scheme$host$request_uri'"));
        return null;
    }

    private static List<string> Names(IReadOnlyList<Sourced<string>> names, Func<string, bool> isGood, string kind, string remedy, List<ConfigProblem> problems)
    {
        problems.AddRange(names.Where(n => !isGood(n.Value)).Select(n => new ConfigProblem(n.Where, $"'{n.Value}' is not {kind}", remedy)));
        return [.. names.Select(n => n.Value).Where(isGood).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    // A name, a bracketed IPv6 address, or either with a port, as $http_host gives it.
    private static bool IsHost(string name) =>
        name.Length is > 0 and <= 261 && name.All(c => char.IsAsciiLetterOrDigit(c) || "-._:[]".Contains(c));

    // token of RFC 9110
    private static bool IsHeader(string name) =>
        name.Length is > 0 and <= 128 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));
}
