namespace Towncrier.Providers.Redis.Reading;

/// <summary>One entry that was read; it waits until all before it are settled.</summary>
internal sealed class StreamEntry(EntryWindow window, EntryId id, long ordinal, long cost) : IKeeper
{
    public EntryId Id => id;

    /// <summary>Its place among all the window ever held, from 1.</summary>
    public long Ordinal => ordinal;

    public long Cost => cost;

    /// <summary>Under the window's lock.</summary>
    public bool IsSettled { get; set; }

    public void Settle(Message message) => window.Settle(this);
}

/// <summary>
/// The entries between what is settled for good and what was read last, in the stream's order. Entries are settled in any
/// order; the position that is kept moves when the first one is. Thread-safe; keeps positions in their order, with no lock held.
/// </summary>
internal sealed class EntryWindow
{
    private readonly Lock _lock = new();
    private readonly Queue<StreamEntry> _entries = new();
    private readonly Room _count;
    private readonly Room _bytes;
    private readonly Action<string> _keep;
    private EntryId _cursor;
    private EntryId _front;
    private long _ordinals;      // of the cursor
    private long _frontOrdinal;
    private long? _base;         // entries ever added before the first ordinal, as Redis counts
    private StreamPosition? _kept;
    private bool _isKeeping;
    private bool _isRetired;

    /// <param name="from">Everything up to there is settled.</param>
    /// <param name="count">Is taken from and given back by the entry.</param>
    /// <param name="bytes">Is taken from and given back by the bytes.</param>
    /// <param name="keep">Keeps a position.</param>
    public EntryWindow(StreamPosition from, Room count, Room bytes, Action<string> keep)
    {
        (_cursor, _front, _base) = (from.Id, from.Id, from.Added);
        (_count, _bytes, _keep) = (count, bytes, keep);
    }

    /// <summary>What was read last.</summary>
    public StreamPosition Cursor
    {
        get
        {
            lock (_lock) return new StreamPosition(_cursor, _base + _ordinals);
        }
    }

    /// <summary>An entry was read. One that is no message is settled from the start.</summary>
    public StreamEntry Add(EntryId id, long cost, bool isSettled)
    {
        StreamEntry entry;
        lock (_lock)
        {
            entry = new StreamEntry(this, id, ++_ordinals, cost);
            _cursor = id;
            _entries.Enqueue(entry);
        }

        _count.Take(1);
        _bytes.Take(cost);
        if (isSettled) Settle(entry);
        return entry;
    }

    /// <summary>Puts the cursor right, after what was missing is told. What is not settled stays.</summary>
    public void Correct(StreamPosition cursor)
    {
        lock (_lock)
        {
            (_cursor, _base) = (cursor.Id, cursor.Added - _ordinals);
            if (_entries.Count == 0) (_front, _frontOrdinal) = (_cursor, _ordinals);
        }

        Keep();
    }

    public void Settle(StreamEntry entry)
    {
        var passed = 0;
        lock (_lock)
        {
            entry.IsSettled = true;
            while (_entries.TryPeek(out var first) && first.IsSettled)
            {
                _entries.Dequeue();
                passed++;
                // At the end of the queue the cursor may be further: what is between is known to be gone.
                (_front, _frontOrdinal) = _entries.Count == 0 ? (_cursor, _ordinals) : (first.Id, first.Ordinal);
            }
        }

        _bytes.Free(entry.Cost);
        if (passed == 0) return;
        _count.Free(passed);
        Keep();
    }

    /// <summary>Another window takes over: this one's entries are still settled, and move nothing.</summary>
    public void Retire()
    {
        lock (_lock) _isRetired = true;
    }

    /// <summary>Keeps the position, unless it is kept already. One keeps at a time, and looks again when done.</summary>
    public void Keep()
    {
        while (TryBeginKeeping(out var position))
        {
            try
            {
                _keep(position.ToString());
            }
            finally
            {
                lock (_lock) _isKeeping = false;
            }
        }
    }

    private bool TryBeginKeeping(out StreamPosition position)
    {
        lock (_lock)
        {
            position = new StreamPosition(_front, _base + _frontOrdinal);
            if (_isKeeping || _isRetired || position == _kept) return false;
            (_isKeeping, _kept) = (true, position);
            return true;
        }
    }
}
