using Towncrier.Agent.Indexing;
using Towncrier.Wire;

namespace Towncrier.Agent.Matching;

/// <summary>Several conditions on an entry at once, for looking into a cache: all of them must hold.</summary>
internal sealed class EntryFilter
{
    private readonly List<IValueMatcher> _conditions = [];

    /// <summary>Whether every entry passes.</summary>
    public bool IsEmpty => _conditions.Count == 0;

    public static EntryFilter Compile(EntryQuery query, CacheIndex index, IReadOnlyList<string> hosts, out string? problem)
    {
        var filter = new EntryFilter();
        problem = null;
        foreach (var (command, value) in Conditions(query))
        {
            var message = new Invalidation { Command = command, Host = query.Host, Values = [value] };
            problem = ValueRules.Problem(command, value, WireLimits.Default);
            if (problem is not null) return filter;
            var compiled = new ValueCompiler(message, index, hosts).Compile(value);
            problem = compiled.Error;
            if (problem is not null) return filter;
            filter._conditions.Add(compiled.Matcher!);
        }

        return filter;
    }

    public bool Passes(in EntryView entry)
    {
        foreach (var condition in _conditions)
            if (!condition.Matches(entry)) return false;
        return true;
    }

    /// <summary>The entries that pass: what the first condition finds, cut down by the others.</summary>
    public IEnumerable<EntryRef> Find(CacheIndex index)
    {
        if (IsEmpty)
        {
            var all = new List<EntryRef>();
            foreach (var site in index.Sites()) index.CollectSite(site, all);
            return all;
        }

        HashSet<EntryRef>? left = null;
        foreach (var condition in _conditions)
        {
            var found = new List<EntryRef>();
            if (condition is IDirectMatcher direct) direct.Find(index, found);
            else if (condition is PatternMatcher pattern) new PatternScan(index).Run([new ScannedValue(pattern.Pattern, pattern.Scope.Allows, found)]);
            if (left is null) left = [.. found];
            else left.IntersectWith(found);
        }

        return left!;
    }

    private static IEnumerable<(InvalidationCommand Command, string Value)> Conditions(EntryQuery query)
    {
        if (query.Uri is { } uri) yield return (InvalidationCommand.Purge, uri);
        if (query.Tag is { } tag) yield return (InvalidationCommand.Xkey, tag);
        if (query.Prefix is { } prefix) yield return (InvalidationCommand.Prefix, prefix);
        if (query.Wildcard is { } wildcard) yield return (InvalidationCommand.Wildcard, wildcard);
        if (query.Regex is { } regex) yield return (InvalidationCommand.BanUrl, regex);
        if (query.Host is { } host) yield return (InvalidationCommand.Host, host);
    }
}
