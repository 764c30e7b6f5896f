using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Purging;

namespace Towncrier.Agent.Dispatching;

/// <summary>Counts what each value of a message matched and purged, over all caches. Entries can be meant by several values.</summary>
/// <param name="texts">The values as they were sent; none for a message that needs none.</param>
internal sealed class ValueTally(IReadOnlyList<string> texts, IReadOnlyList<CompiledValue> values)
{
    private readonly long[] _matched = new long[values.Count];
    private readonly long[] _purged = new long[values.Count];

    /// <summary>Distinct entries, over all values and caches.</summary>
    public long Matched { get; private set; }

    /// <summary>The distinct entries of one cache's finds.</summary>
    public EntryRef[] Merge(List<EntryRef>[] found)
    {
        for (var i = 0; i < found.Length; i++) _matched[i] += found[i].Count;
        EntryRef[] distinct = found.Length == 1 ? [.. found[0]] : [.. found.SelectMany(some => some).Distinct()];
        Matched += distinct.Length;
        return distinct;
    }

    /// <param name="entries">In the order of <paramref name="outcomes"/>.</param>
    public void Note(List<EntryRef>[] found, EntryRef[] entries, PurgeOutcome[] outcomes)
    {
        if (found.Length == 1)
        {
            _purged[0] += outcomes.LongCount(o => o == PurgeOutcome.Purged);
            return;
        }

        var purged = new HashSet<EntryRef>();
        for (var i = 0; i < entries.Length; i++)
            if (outcomes[i] == PurgeOutcome.Purged) purged.Add(entries[i]);
        for (var i = 0; i < found.Length; i++) _purged[i] += found[i].LongCount(purged.Contains);
    }

    public ValueReport[] ToReports()
        => [.. values.Select((value, i) => new ValueReport(texts.Count == 0 ? "" : texts[i], _matched[i], _purged[i], value.Error))];
}
