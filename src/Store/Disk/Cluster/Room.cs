using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;

namespace Towncrier.Store.Cluster;

/// <summary>What of a peer's list there is room for here, and in which order it is kept. Safe for any thread.</summary>
internal sealed class Room(Cache cache, Levels levels)
{
    /// <summary>Objects here.</summary>
    public long Stored => cache.Index.Count;

    private long Evicted => cache.Deletions[DeletionReason.LruNukedDisk] + cache.Deletions[DeletionReason.LruNukedMemory];

    /// <summary>Whether, from now on, no more than so many objects have had to go for want of room.</summary>
    public Func<bool> For(long objects)
    {
        var most = Evicted + objects;
        return () => Evicted <= most;
    }

    /// <summary>
    /// Keeps what comes of one list, the most recently used first, in that order: each that is in place, or was here, is told of, and
    /// what was fetched counts as used just before the one that was told of before it; where that had to go again, so had all
    /// that is older. Otherwise what a peer used last would be the first to go here.
    /// </summary>
    public Action<EntryName, PullResult?> Order()
    {
        var (turn, last) = (new Lock(), default(EntryName?));
        return (name, result) =>
        {
            if (result is not (PullResult.Pulled or PullResult.Here)) return;
            lock (turn) // held over the index's, which knows nothing of it: the one above must have its place first
            {
                if (result == PullResult.Pulled) cache.Index.Touch(name, levels, below: last);
                last = name;
            }
        };
    }
}
