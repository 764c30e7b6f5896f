using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Matching;

/// <summary>One value as it was sent, and what it compiled to or why it did not.</summary>
internal sealed record CompiledValue(string Text, IValueMatcher? Matcher, string? Error);

/// <summary>A message's values compiled for one cache. Immutable; used by the search, the fence and each purge's last check.</summary>
internal sealed class CompiledMessage
{
    private CompiledMessage(CompiledValue[] values) => Values = values;

    public IReadOnlyList<CompiledValue> Values { get; }

    /// <param name="hosts">The cache's configured hosts.</param>
    /// <param name="problemOf">What is wrong with a value before it is even looked at; null when nothing is.</param>
    public static CompiledMessage Compile(
        Invalidation message, CacheIndex index, IReadOnlyList<string> hosts, Func<string, string?> problemOf)
    {
        var compiler = new ValueCompiler(message, index, hosts);
        var values = message.Values.Count == 0 ? [""] : message.Values;
        return new CompiledMessage([.. values.Select(value =>
            message.Values.Count > 0 && problemOf(value) is { } problem ? new CompiledValue(value, null, problem) : compiler.Compile(value))]);
    }

    /// <summary>Whether any value means the entry.</summary>
    public bool Matches(in EntryView entry)
    {
        foreach (var value in Values)
            if (value.Matcher?.Matches(entry) == true) return true;
        return false;
    }

    /// <summary>The entries each value means, in the order of the values.</summary>
    public List<EntryRef>[] Find(CacheIndex index)
    {
        var found = new List<EntryRef>[Values.Count];
        var scanned = new List<ScannedValue>();
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = [];
            if (Values[i].Matcher is IDirectMatcher direct) direct.Find(index, found[i]);
            if (Values[i].Matcher is PatternMatcher pattern) scanned.Add(new ScannedValue(pattern.Pattern, pattern.Scope, found[i]));
        }

        if (scanned.Count > 0) new PatternScan(index).Run(scanned);
        return found;
    }
}
