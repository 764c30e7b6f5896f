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
    public Action<EntryName> Order()
    {
        var (turn, told) = (new Lock(), new Stack<EntryName>());
        return name =>
        {
            lock (turn)
            {
                while (told.TryPeek(out var above) && !cache.Index.Order!.TouchBelow(name, above, levels)) told.Pop();
                told.Push(name);
            }
        };
    }
}
