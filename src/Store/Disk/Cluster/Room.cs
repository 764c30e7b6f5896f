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
    /// Keeps what comes of one list, the most recently used first, in that order: each is told of when it is in place, and counts as
    /// used just before the last one of those before it that is still here. Otherwise what a peer used last would be the first to go,
    /// and on a disk that is full by then whatever comes after the first that went would be above all that came before.
    /// </summary>
    /// <param name="withHere">What is here already is put into that order, too; otherwise it keeps its place, for it was used here.</param>
    public Action<EntryName, PullResult?> Order(bool withHere)
    {
        var (turn, told) = (new Lock(), new Stack<EntryName>());
        return (name, result) =>
        {
            if (result != PullResult.Pulled && !(withHere && result == PullResult.Here)) return;
            lock (turn) // held over the index's, which knows nothing of it: the one above must have its place first
            {
                while (told.TryPeek(out var above) && !cache.Index.Order!.TouchBelow(name, above, levels)) told.Pop();
                told.Push(name);
            }
        };
    }
}
