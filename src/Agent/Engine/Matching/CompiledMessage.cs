using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching.Bans;

namespace Towncrier.Agent.Matching;

/// <summary>What one value compiled to, or why it did not. Kept for an hour with each armed message, and so without the value's own text.</summary>
internal readonly record struct CompiledValue(IValueMatcher? Matcher, string? Error);

/// <summary>A message's values compiled for one cache. Immutable; used by the search, the fence and each purge's last check.</summary>
internal sealed class CompiledMessage
{
    private CompiledMessage(InvalidationCommand command, CompiledValue[] values) => (Command, Values) = (command, values);

    public InvalidationCommand Command { get; }

    public IReadOnlyList<CompiledValue> Values { get; }

    /// <summary>The index does not know enough to find what is meant: see <see cref="Candidates"/>. All values are bans then.</summary>
    public bool NeedsHeads => Values.Any(value => value.Matcher is BanMatcher);

    /// <param name="hosts">The cache's configured hosts.</param>
    /// <param name="problemOf">What is wrong with a value before it is even looked at; null when nothing is.</param>
    /// <param name="at">When the message came: a ban's ages are as of then.</param>
    public static CompiledMessage Compile(
        Invalidation message, CacheIndex index, IReadOnlyList<string> hosts, Func<string, string?> problemOf, DateTimeOffset at = default)
    {
        var compiler = new ValueCompiler(message, index, hosts, at);
        var values = message.Values.Count == 0 ? [""] : message.Values;
        return new CompiledMessage(message.Command, [.. values.Select(value =>
            message.Values.Count > 0 && problemOf(value) is { } problem ? new CompiledValue(null, problem) : compiler.Compile(value))]);
    }

    /// <summary>Whether any value means the entry.</summary>
    public bool Matches(in EntryView entry)
    {
        foreach (var value in Values)
            if (value.Matcher?.Matches(entry) == true) return true;
        return false;
    }

    /// <summary>The numbers of the values that mean the entry.</summary>
    public int[] ValuesThatMean(in EntryView entry)
    {
        var values = new List<int>();
        for (var i = 0; i < Values.Count; i++)
            if (Values[i].Matcher?.Matches(entry) == true) values.Add(i);
        return [.. values];
    }

    /// <summary>Entries among which are all that some value means, where only the file's head tells: <see cref="NeedsHeads"/>.</summary>
    public List<EntryRef> Candidates(CacheIndex index) => BanSearch.Run([.. Values.Select(value => value.Matcher).OfType<BanMatcher>()], index);

    /// <summary>The entries each value means, in the order of the values; not for bans.</summary>
    public List<EntryRef>[] Find(CacheIndex index)
    {
        var found = new List<EntryRef>[Values.Count];
        var scanned = new List<ScannedValue>();
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = [];
            if (Values[i].Matcher is IDirectMatcher direct) direct.Find(index, found[i]);
            if (Values[i].Matcher is PatternMatcher pattern) scanned.Add(new ScannedValue(pattern.Pattern, pattern.Scope.Allows, found[i]));
        }

        if (scanned.Count > 0) new PatternScan(index).Run(scanned);
        return found;
    }
}
