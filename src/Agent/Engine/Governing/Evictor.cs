using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Purging;

namespace Towncrier.Agent.Governing;

/// <summary>What came of some deletions.</summary>
internal readonly record struct Evicted(long Deleted, long Bytes, long Kept);

/// <summary>
/// Deletes entries for good, as a hard purge does, so that nginx's open_file_cache serves none of them on. Each head is read
/// again: what was stored anew since it was listed stays.
/// </summary>
internal sealed class Evictor(GovernedCache cache, Purger purger)
{
    /// <param name="spare">Told of each that was not deleted and is still there.</param>
    /// <param name="also">What must hold besides, by the head as it is now.</param>
    public Evicted Evict(IReadOnlyCollection<ListedEntry> entries, DeletionReason reason, Action<ListedEntry>? spare = null, StillMeant? also = null)
    {
        var listed = new Dictionary<(EntryName, Levels), ListedEntry>(entries.Count);
        foreach (var entry in entries) listed.TryAdd((entry.Entry.Name, entry.Entry.Levels), entry);
        var refs = listed.Values.Select(entry => entry.Entry).ToArray();
        var order = new PurgeOrder(PurgeMode.Hard, DryRun: false, (in EntryFacts facts) =>
            EntryColumns.Seconds(facts.Stored) == listed[(facts.Name, facts.Levels)].Stored && (also is null || also(facts)));
        var tally = new PurgeTally();
        var outcomes = purger.Purge(refs, order, tally);
        for (var i = 0; i < refs.Length; i++)
        {
            if (outcomes[i] is PurgeOutcome.Purged or PurgeOutcome.AlreadyGone) continue;
            if (outcomes[i] == PurgeOutcome.Unreadable) cache.Index.Remove(refs[i].Name, refs[i].Levels); // no entry any more: nobody's to evict
            else spare?.Invoke(listed[(refs[i].Name, refs[i].Levels)]);
        }

        var deleted = tally[PurgeOutcome.Purged];
        cache.Deletions.Add(reason, deleted);
        cache.Deletions.AddOutdated(tally[PurgeOutcome.AlreadyGone]);
        return new Evicted(deleted, tally.Bytes, refs.Length - deleted - tally[PurgeOutcome.AlreadyGone]);
    }
}
