namespace Towncrier.Agent.Indexing;

/// <summary>
/// All rows in the order of their last use, most recent first: a doubly linked list in two columns, 8 bytes a row. Every
/// operation but <see cref="EndRestore"/> touches three rows at most. Not thread-safe.
/// </summary>
internal sealed class RecencyList
{
    public const int BytesPerRow = 8;
    private const uint None = EntryColumns.None;

    private readonly Column<uint> _newer = new(); // 4 B  None for the newest
    private readonly Column<uint> _older = new(); // 4 B  None for the oldest
    private HashSet<uint>? _used; // while rows that a scan finds are yet to be put in order: those that were used meanwhile

    public uint Newest { get; private set; } = None;

    public uint Oldest { get; private set; } = None;

    public long Bytes => _newer.Bytes + _older.Bytes;

    public uint Newer(uint row) => _newer[row];

    public uint Older(uint row) => _older[row];

    /// <summary>Takes in a row that is not in the list, as the most recently used.</summary>
    /// <param name="isFound">By a scan: that is no use of it.</param>
    public void Add(uint row, bool isFound = false)
    {
        _newer.Ensure(row);
        _older.Ensure(row);
        LinkNewest(row);
        if (!isFound) _used?.Add(row);
    }

    public void Remove(uint row)
    {
        Unlink(row);
        _used?.Remove(row);
    }

    /// <summary>A row of the list was used.</summary>
    public void Touch(uint row)
    {
        _used?.Add(row);
        MoveToNewest(row);
    }

    /// <summary>A row of the list counts as used just before another one.</summary>
    public void MoveBelow(uint row, uint above)
    {
        if (row == above) return;
        _used?.Add(row);
        Unlink(row);
        var below = _older[above];
        _newer[row] = above;
        _older[row] = below;
        _older[above] = row;
        if (below == None) Oldest = row;
        else _newer[below] = row;
    }

    /// <summary>Before the first scan, where an order is to be restored after it: uses from now on are kept apart.</summary>
    public void ExpectRestore() => _used = [];

    /// <summary>A row counts as the most recently used of those that a scan has found, unless it was used meanwhile.</summary>
    public void Restore(uint row)
    {
        if (_used?.Contains(row) != true) MoveToNewest(row);
    }

    /// <summary>What was used meanwhile is above what was restored, in the order it has. Goes through all rows once.</summary>
    public void EndRestore()
    {
        if (_used is not { } used) return;
        _used = null;
        var order = new List<uint>(used.Count);
        for (var row = Oldest; row != None; row = _newer[row])
            if (used.Contains(row)) order.Add(row);
        foreach (var row in order) MoveToNewest(row);
    }

    private void MoveToNewest(uint row)
    {
        if (row == Newest) return;
        Unlink(row);
        LinkNewest(row);
    }

    private void LinkNewest(uint row)
    {
        _newer[row] = None;
        _older[row] = Newest;
        if (Newest == None) Oldest = row;
        else _newer[Newest] = row;
        Newest = row;
    }

    private void Unlink(uint row)
    {
        var (newer, older) = (_newer[row], _older[row]);
        if (newer == None) Newest = older;
        else _older[newer] = older;
        if (older == None) Oldest = newer;
        else _newer[older] = newer;
    }
}
