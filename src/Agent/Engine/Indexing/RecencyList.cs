namespace Towncrier.Agent.Indexing;

/// <summary>
/// All rows in the order of their last use, most recent first: a doubly linked list in two columns, 8 bytes a row. Every
/// operation touches three rows at most. Not thread-safe.
/// </summary>
internal sealed class RecencyList
{
    public const int BytesPerRow = 8;
    private const uint None = EntryColumns.None;

    private readonly Column<uint> _newer = new(); // 4 B  None for the newest
    private readonly Column<uint> _older = new(); // 4 B  None for the oldest

    public uint Newest { get; private set; } = None;

    public uint Oldest { get; private set; } = None;

    public long Bytes => _newer.Bytes + _older.Bytes;

    public uint Newer(uint row) => _newer[row];

    public uint Older(uint row) => _older[row];

    /// <summary>Takes in a row that is not in the list, as the most recently used.</summary>
    public void Add(uint row)
    {
        _newer.Ensure(row);
        _older.Ensure(row);
        _newer[row] = None;
        _older[row] = Newest;
        if (Newest == None) Oldest = row;
        else _newer[Newest] = row;
        Newest = row;
    }

    public void Remove(uint row)
    {
        var (newer, older) = (_newer[row], _older[row]);
        if (newer == None) Newest = older;
        else _older[newer] = older;
        if (older == None) Oldest = newer;
        else _newer[older] = newer;
    }

    /// <summary>A row of the list was used.</summary>
    public void Touch(uint row)
    {
        if (row == Newest) return;
        Remove(row);
        Add(row);
    }

    /// <summary>A row of the list counts as used just before another one.</summary>
    public void MoveBelow(uint row, uint above)
    {
        if (row == above) return;
        Remove(row);
        var below = _older[above];
        _newer[row] = above;
        _older[row] = below;
        _older[above] = row;
        if (below == None) Oldest = row;
        else _newer[below] = row;
    }
}
