using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Governing;

/// <summary>The least recently used entries of an index that keeps their order.</summary>
internal sealed class OldestVictims(UseOrder order) : IVictims
{
    /// <summary>Bytes; what a file takes is rounded up to it.</summary>
    public int BlockSize { get; set; } = 4096;

    public List<Victim> Next(int least, int most, long bytes = 0)
    {
        var oldest = new List<ListedEntry>(most);
        order.CollectOldest(bytes > 0 ? most : least, oldest);
        var victims = new List<Victim>(oldest.Count);
        var size = 0L;
        foreach (var entry in oldest)
        {
            if (victims.Count >= least && size >= bytes) break;
            var takes = (entry.Length + BlockSize - 1) / BlockSize * BlockSize;
            victims.Add(new Victim(entry, default, takes));
            size += takes;
        }

        return victims;
    }

    public void Spare(ListedEntry entry) => order.Touch(entry.Entry.Name, entry.Entry.Levels);
}
