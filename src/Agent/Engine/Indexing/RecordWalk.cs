namespace Towncrier.Agent.Indexing;

/// <summary>Walks the records of a snapshot, dead ones included.</summary>
internal ref struct RecordWalk(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private int _size;

    public KeyRecord Current { get; private set; }

    /// <summary>Bytes from the beginning of the current record to the end.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Bytes of the current record.</summary>
    public readonly int Size => _size;

    public readonly RecordWalk GetEnumerator() => this;

    public bool MoveNext()
    {
        _rest = _rest[_size..];
        if (_rest.IsEmpty) return false;
        _size = (KeyRecord.SizeOf(_rest) + 3) & ~3;
        Current = KeyRecord.Read(_rest);
        return true;
    }

    /// <summary>Passes over records that end before a distance from here; the next move reads the one that does not.</summary>
    public void SkipTo(int distance)
    {
        var start = _rest.Length - distance; // what remains where the target stands
        _rest = _rest[_size..];
        while (!_rest.IsEmpty)
        {
            _size = (KeyRecord.SizeOf(_rest) + 3) & ~3;
            if (_rest.Length - _size < start) break;
            _rest = _rest[_size..];
        }

        _size = 0;
    }
}
