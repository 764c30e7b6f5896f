namespace Towncrier.Agent.Indexing;

/// <summary>
/// An index's entries by row, for whoever goes through all of them bit by bit, or looks at some at random. Takes the
/// index's lock, for at most 4,096 rows at a time.
/// </summary>
internal sealed class RowWalk(EntryStore store, Lock indexLock)
{
    private const uint Slice = 4096;

    /// <summary>
    /// No entry's valid time is earlier, Unix seconds: so nothing has expired before then. Entries that
    /// <see cref="CollectExpired"/> gave out do not count any more, unless they are put again.
    /// </summary>
    public long EarliestValid
    {
        get { lock (indexLock) return store.Entries.EarliestValid; }
    }

    /// <summary>Before a round of <see cref="CollectExpired"/> from row 0, which finds the earliest anew.</summary>
    public void BeginExpired()
    {
        lock (indexLock) store.Entries.EarliestValid = long.MaxValue;
    }

    /// <summary>Entries that were valid until before <paramref name="now"/>, until <paramref name="most"/> are in the list.</summary>
    /// <returns>The row to go on from; 0 at the end.</returns>
    public uint CollectExpired(uint from, long now, int most, List<ListedEntry> into)
    {
        while (true)
        {
            lock (indexLock)
            {
                var end = Math.Min(from + Slice, store.Entries.Used);
                for (; from < end; from++)
                {
                    if (into.Count >= most) return from;
                    if (!store.Entries.IsLive(from)) continue;
                    if (store.Entries.Valid(from) < now) into.Add(store.Listed(from));
                    else store.Entries.NoteValid(from);
                }

                if (from >= store.Entries.Used) return 0;
            }
        }
    }

    /// <summary>The live entries of the next <paramref name="rows"/> rows.</summary>
    /// <returns>The row to go on from; 0 at the end.</returns>
    public uint Collect(uint from, int rows, List<ListedEntry> into)
    {
        lock (indexLock)
        {
            var end = Math.Min(from + (uint)rows, store.Entries.Used);
            for (; from < end; from++)
                if (store.Entries.IsLive(from)) into.Add(store.Listed(from));
            return from >= store.Entries.Used ? 0 : from;
        }
    }

    /// <summary>Entries at random, each as likely as any other; one may come twice. Fewer than asked for where most rows are free.</summary>
    public void Sample(Random random, int count, List<ListedEntry> into)
    {
        lock (indexLock)
        {
            if (store.Entries.Used == 0) return;
            for (var tries = count * 8; count > 0 && tries > 0; tries--)
            {
                var row = (uint)random.NextInt64(store.Entries.Used);
                if (!store.Entries.IsLive(row)) continue;
                into.Add(store.Listed(row));
                count--;
            }
        }
    }
}
