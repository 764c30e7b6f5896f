namespace Towncrier.Agent.Indexing;

/// <summary>
/// An open-addressing table of row numbers: 4 bytes a slot, filled to at most four fifths, grown by a half. Knows
/// neither keys nor hashes; its owner hashes rows and tells them apart. Deleting shifts back, so that no tombstones
/// pile up however long rows come and go. Not thread-safe.
/// </summary>
/// <param name="hashOf">The hash of a row that is in the table.</param>
internal sealed class Slots(Func<uint, uint> hashOf)
{
    private uint[] _slots = new uint[16]; // row + 1; 0 is empty

    public int Count { get; private set; }

    public long Bytes => 4L * _slots.Length;

    /// <summary>Where probing for a hash begins.</summary>
    public int First(uint hash) => (int)(((ulong)hash * (uint)_slots.Length) >> 32);

    public int Next(int slot) => slot + 1 == _slots.Length ? 0 : slot + 1;

    /// <summary>The row in a slot; false at the end of the probe sequence.</summary>
    public bool TryGet(int slot, out uint row)
    {
        row = _slots[slot] - 1;
        return _slots[slot] != 0;
    }

    /// <summary>Puts another row in a slot that is taken; both have the same hash.</summary>
    public void Replace(int slot, uint row) => _slots[slot] = row + 1;

    /// <summary>Adds a row that is not in the table.</summary>
    public void Add(uint hash, uint row)
    {
        if ((Count + 1) * 5L > _slots.Length * 4L) Grow();
        Insert(hash, row);
        Count++;
    }

    /// <summary>Empties a slot and closes the gap.</summary>
    public void RemoveAt(int slot)
    {
        var gap = slot;
        var at = Next(slot);
        while (_slots[at] != 0)
        {
            var home = First(hashOf(_slots[at] - 1));
            var stays = gap <= at ? gap < home && home <= at : gap < home || home <= at;
            if (!stays)
            {
                _slots[gap] = _slots[at];
                gap = at;
            }

            at = Next(at);
        }

        _slots[gap] = 0;
        Count--;
        if (_slots.Length > 64 && Count * 4L < _slots.Length) Resize(Math.Max(16, Count * 2));
    }

    private void Grow() => Resize(checked(_slots.Length + (_slots.Length / 2)));

    private void Resize(int size)
    {
        var old = _slots;
        _slots = new uint[size];
        foreach (var entry in old)
            if (entry != 0) Insert(hashOf(entry - 1), entry - 1);
    }

    private void Insert(uint hash, uint row)
    {
        var at = First(hash);
        while (_slots[at] != 0) at = Next(at);
        _slots[at] = row + 1;
    }
}
