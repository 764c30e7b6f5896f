using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Watching;

namespace Towncrier.Agent.Governing;

/// <summary>What a governor governs.</summary>
/// <param name="Coverage">Nothing is swept before the index knows every file for the first time.</param>
/// <param name="Deletions">Where deletions are counted.</param>
/// <param name="KeepsStale">An expired entry stays for as long as its head allows it to be served stale.</param>
/// <param name="OrderFile">Where the order of use is kept from one run to the next; null: nowhere.</param>
internal sealed record GovernedCache(CacheRoot Root, CacheIndex Index, Coverage Coverage, TagHeaders Tags, Deletions Deletions, bool KeepsStale, string? OrderFile = null);

/// <summary>An entry that may go.</summary>
/// <param name="LastUse">When it was last used, as far as is known: later is possible, earlier is not. 0 where the index keeps the order.</param>
/// <param name="Bytes">What its file takes of the disk: whole blocks.</param>
internal readonly record struct Victim(ListedEntry Entry, DateTimeOffset LastUse, long Bytes);

/// <summary>Finds entries to evict, the least recently used first, exactly or about.</summary>
internal interface IVictims
{
    /// <summary>
    /// Victims, each once, most deserving first: at least so many, then more until their files have so many bytes. Fewer or
    /// none when there are no more.
    /// </summary>
    List<Victim> Next(int least, int most, long bytes = 0);

    /// <summary>It could not be evicted: others are to come first.</summary>
    void Spare(ListedEntry entry);
}
