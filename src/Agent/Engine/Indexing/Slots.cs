using System.Collections;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// An open-addressing table of row numbers: 5 bytes a slot, filled to at most four fifths, grown by a half. Knows
/// neither keys nor hashes but for the low byte of each, which spares its owner nearly every look at a row that only
/// happens to stand in the way; the owner hashes rows and tells them apart. Deleting shifts back, so that no tombstones
/// pile up however long rows come and go. Not thread-safe.
/// </summary>
/// <param name="hashOf">The hash of a row that is in the table.</param>
internal sealed class Slots(Func<uint, uint> hashOf)
{
    private uint[] _slots = new uint[16]; // row + 1; 0 is empty
    private byte[] _marks = new byte[16]; // the low byte of the row's hash

    public int Count { get; private set; }

    public long Bytes => 5L * _slots.Length;

    /// <summary>What the rows in it need at least: 5 bytes for four fifths of a slot.</summary>
    public long LiveBytes => 25L * Count / 4;

    /// <summary>Where probing for a hash begins.</summary>
    public int First(uint hash) => (int)(((ulong)hash * (uint)_slots.Length) >> 32);

    public int Next(int slot) => slot + 1 == _slots.Length ? 0 : slot + 1;

    /// <summary>False when the row in a slot has another hash for certain.</summary>
    public bool MayBe(int slot, uint hash) => _marks[slot] == (byte)hash;

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
                _marks[gap] = _marks[at];
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
        // In the order of the rows: their hashes are then made from memory that is read in sequence, not at random.
        var taken = new BitArray((int)_slots.Max());
        foreach (var entry in _slots)
            if (entry != 0) taken[(int)(entry - 1)] = true;
        _slots = new uint[size];
        _marks = new byte[size];
        for (var row = 0; row < taken.Length; row++)
            if (taken[row]) Insert(hashOf((uint)row), (uint)row);
    }

    private void Insert(uint hash, uint row)
    {
        var at = First(hash);
        while (_slots[at] != 0) at = Next(at);
        _slots[at] = row + 1;
        _marks[at] = (byte)hash;
    }
}
