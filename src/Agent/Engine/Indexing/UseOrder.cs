using System.Buffers.Binary;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// An index's entries in the order of their last use, for whoever uses, evicts and lists them. An entry that is new or was
/// stored anew is the most recent. Takes the index's lock.
/// </summary>
internal sealed class UseOrder(EntryStore store, Lock indexLock)
{
    /// <summary>Bytes of an entry in what <see cref="Save"/> gives.</summary>
    public const int BytesPerEntry = 17; // the name, and the levels it lies in

    private const int AtATime = 4096;

    private readonly RecencyList _order = store.Recency ?? throw new InvalidOperationException("this index keeps no order of use");

    /// <summary>An entry was used: it is the most recent now.</summary>
    public void Touch(EntryName name, Levels levels)
    {
        lock (indexLock)
        {
            if (store.TryFind(name, levels, out var row)) _order.Touch(row);
        }
    }

    /// <summary>An entry counts as used just before another one, in place of now; nothing is done where it is gone.</summary>
    /// <returns>Whether that other one is still there to be put below.</returns>
    public bool TouchBelow(EntryName name, EntryName above, Levels levels)
    {
        lock (indexLock)
        {
            if (!store.TryFind(above, levels, out var other)) return false;
            if (store.TryFind(name, levels, out var row)) _order.MoveBelow(row, other);
            return true;
        }
    }

    /// <summary>The least recently used entries, the oldest first. Holds the lock for all of them: ask for some hundreds at a time.</summary>
    public void CollectOldest(int count, List<ListedEntry> into)
    {
        lock (indexLock)
        {
            for (var row = _order.Oldest; row != EntryColumns.None && count-- > 0; row = _order.Newer(row)) into.Add(store.Listed(row));
        }
    }

    /// <summary>The most recently used entries, the newest first; otherwise as <see cref="CollectOldest"/>.</summary>
    public void CollectNewest(int count, List<ListedEntry> into)
    {
        lock (indexLock)
        {
            for (var row = _order.Newest; row != EntryColumns.None && count-- > 0; row = _order.Older(row)) into.Add(store.Listed(row));
        }
    }

    /// <summary>All entries by name, the oldest first. Holds the lock for all of them: some 20 ms for a million.</summary>
    public byte[] Save()
    {
        lock (indexLock)
        {
            var names = new byte[store.Entries.Count * BytesPerEntry];
            var to = names.AsSpan();
            for (var row = _order.Oldest; row != EntryColumns.None; row = _order.Newer(row), to = to[BytesPerEntry..])
            {
                BinaryPrimitives.WriteUInt128LittleEndian(to, store.Entries.Name(row).Value);
                to[BytesPerEntry - 1] = store.Entries.Levels(row).Code;
            }

            return names;
        }
    }

    /// <summary>Before the first scan: <see cref="Restore"/> comes after it.</summary>
    public void ExpectRestore()
    {
        lock (indexLock) _order.ExpectRestore();
    }

    /// <summary>
    /// Puts entries that a scan has found into the order that was saved, and those that were stored after it on top, by the time
    /// they were stored; so are all, where none was saved. What was put or used since the scan began is above all of them.
    /// </summary>
    /// <param name="names">What <see cref="Save"/> gave. Names that are gone are passed over.</param>
    /// <param name="saved">When, in Unix seconds.</param>
    public void Restore(ReadOnlySpan<byte> names, long saved)
    {
        var byStored = ByStored();
        var later = Array.FindIndex(byStored, one => one.Stored > saved);
        if (later < 0) later = byStored.Length;
        RestoreRows(byStored.AsSpan(0, later));
        RestoreNames(names);
        RestoreRows(byStored.AsSpan(later));
        lock (indexLock) _order.EndRestore();
    }

    private void RestoreNames(ReadOnlySpan<byte> names)
    {
        while (names.Length >= BytesPerEntry)
        {
            var some = names[..Math.Min(names.Length, AtATime * BytesPerEntry)];
            names = names[some.Length..];
            lock (indexLock)
            {
                for (; some.Length >= BytesPerEntry; some = some[BytesPerEntry..])
                {
                    var name = new EntryName(BinaryPrimitives.ReadUInt128LittleEndian(some));
                    if (store.TryFind(name, new Levels(some[BytesPerEntry - 1]), out var row)) _order.Restore(row);
                }
            }
        }
    }

    private (long Stored, uint Row)[] ByStored()
    {
        var all = new List<(long Stored, uint Row)>();
        for (var from = 0u; ; from += AtATime)
        {
            lock (indexLock)
            {
                var end = Math.Min(from + AtATime, store.Entries.Used);
                for (var row = from; row < end; row++)
                    if (store.Entries.IsLive(row)) all.Add((store.Entries.Stored(row), row));
                if (end == store.Entries.Used) break;
            }
        }

        all.Sort();
        return [.. all];
    }

    private void RestoreRows(ReadOnlySpan<(long Stored, uint Row)> rows)
    {
        while (!rows.IsEmpty)
        {
            var some = rows[..Math.Min(rows.Length, AtATime)];
            rows = rows[some.Length..];
            lock (indexLock)
            {
                foreach (var (_, row) in some)
                    if (store.Entries.IsLive(row)) _order.Restore(row);
            }
        }
    }
}
