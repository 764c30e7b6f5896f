using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Governing;

/// <summary>Looks at an entry's file; false when it is gone.</summary>
internal delegate bool LookAtVictim(ListedEntry entry, out Victim victim);

/// <summary>
/// Victims of an index that keeps no order: for each, some entries are looked at by chance and the best of all looks so
/// far goes. A victim that was used since it was looked at stays.
/// </summary>
internal sealed class SampledVictims(RowWalk rows, LookAtVictim look, Random random) : IVictims
{
    /// <summary>Looks for each victim. With ten and the pool, the hit ratio is within a hundredth of exact LRU's: a test measures it.</summary>
    private const int LooksPerVictim = 10;

    private const int PoolSize = 256;
    private readonly VictimPool _pool = new(PoolSize);
    private readonly List<ListedEntry> _sample = [];
    private readonly HashSet<EntryRef> _taken = []; // by this call: they are in the index until they are deleted

    public List<Victim> Next(int least, int most, long bytes = 0)
    {
        var victims = new List<Victim>();
        var size = 0L;
        _taken.Clear();
        for (var tries = 16 + (most * 2); victims.Count < most && tries > 0 && (victims.Count < least || size < bytes); tries--)
        {
            Refill();
            if (!_pool.TryTake(out var candidate)) break;
            _taken.Add(candidate.Entry.Entry);
            if (!look(candidate.Entry, out var now)) continue; // gone already
            if (now.LastUse > candidate.LastUse)
            {
                _pool.Offer(now);
                continue;
            }

            victims.Add(now);
            size += now.Bytes;
        }

        return victims;
    }

    public void Spare(ListedEntry entry)
    {
        // It is as likely as any other to be looked at again, and no more.
    }

    private void Refill()
    {
        _sample.Clear();
        rows.Sample(random, _pool.Count == 0 ? PoolSize : LooksPerVictim, _sample);
        foreach (var entry in _sample)
            if (!_pool.Contains(entry.Entry) && !_taken.Contains(entry.Entry) && look(entry, out var victim)) _pool.Offer(victim);
    }
}
