using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// The entries, as columns: 40 bytes each. A row is one file. Freed rows are chained through the next column and used
/// again first, so that churn does not grow the table.
/// </summary>
internal sealed class EntryColumns
{
    public const uint None = uint.MaxValue;
    public const int BytesPerRow = 40;

    private const int StatusAt = 40;
    private const int LevelsAt = 50;
    private const ulong LengthMask = (1UL << StatusAt) - 1;
    private const ulong LiveBit = 1UL << 55;
    private const ulong EpochBit = 1UL << 56;
    private const ulong UnreadableBit = 1UL << 57;
    private const int GenerationAt = 59; // 5 bits

    private readonly Column<UInt128> _name = new();  // 16 B
    private readonly Column<uint> _recordAt = new(); //  4 B  the arena record: key, tags
    private readonly Column<uint> _next = new();     //  4 B  next file of the same URL, or next free row
    private readonly Column<uint> _stored = new();   //  4 B  Unix seconds
    private readonly Column<uint> _valid = new();    //  4 B  Unix seconds
    private readonly Column<ulong> _meta = new();    //  8 B  length 40 bits, status 10, levels 5, flags, generation 5

    private uint _free = None;
    private uint _used;

    public uint Count { get; private set; }

    /// <summary>Rows ever used: ids are below this.</summary>
    public uint Used => _used;

    public long Bytes => _name.Bytes + _recordAt.Bytes + _next.Bytes + _stored.Bytes + _valid.Bytes + _meta.Bytes;

    public EntryName Name(uint row) => new(_name[row]);

    public Levels Levels(uint row) => new((byte)((_meta[row] >> LevelsAt) & 31));

    public ref uint RecordAt(uint row) => ref _recordAt[row];

    public ref uint Next(uint row) => ref _next[row];

    public long Stored(uint row) => _stored[row];

    public long Valid(uint row) => _valid[row];

    public void SetValid(uint row, long seconds)
    {
        _valid[row] = Seconds(seconds);
        NoteValid(row);
    }

    /// <summary>At most the earliest valid time of all rows that were set or noted since it was last written.</summary>
    public long EarliestValid { get; set; } = long.MaxValue;

    public void NoteValid(uint row) => EarliestValid = Math.Min(EarliestValid, _valid[row]);

    public long Length(uint row) => (long)(_meta[row] & LengthMask);

    public int Status(uint row) => (int)((_meta[row] >> StatusAt) & 1023);

    public bool TagsUnreadable(uint row) => (_meta[row] & UnreadableBit) != 0;

    public bool IsLive(uint row) => row < _used && (_meta[row] & LiveBit) != 0;

    /// <summary>Which of two alternating rescans saw the entry last.</summary>
    public bool Epoch(uint row) => (_meta[row] & EpochBit) != 0;

    /// <summary>Counts up, to 31 and round, each time the row is set; so a row that was put again can be told.</summary>
    public byte Generation(uint row) => (byte)(_meta[row] >> GenerationAt);

    /// <summary>Marks every entry alike.</summary>
    public void MarkAll(bool epoch)
    {
        for (var row = 0u; row < _used; row++) _meta[row] = epoch ? _meta[row] | EpochBit : _meta[row] & ~EpochBit;
    }

    public uint Add(in EntryFacts facts, bool epoch)
    {
        var row = _free;
        if (row != None)
        {
            _free = _next[row];
        }
        else
        {
            row = _used++;
            _name.Ensure(row);
            _recordAt.Ensure(row);
            _next.Ensure(row);
            _stored.Ensure(row);
            _valid.Ensure(row);
            _meta.Ensure(row);
        }

        _name[row] = facts.Name.Value;
        _next[row] = None;
        Set(row, facts, epoch);
        Count++;
        return row;
    }

    /// <summary>Takes over what may change while the key and the tags stay.</summary>
    /// <returns>Whether the date or the valid time is another than before.</returns>
    public bool Set(uint row, in EntryFacts facts, bool epoch)
    {
        var stored = Seconds(facts.Stored);
        var valid = Seconds(facts.Valid);
        var changed = _stored[row] != stored || _valid[row] != valid;
        _stored[row] = stored;
        _valid[row] = valid;
        NoteValid(row);
        _meta[row] = (ulong)Math.Clamp(facts.Length, 0, (long)LengthMask)
            | ((ulong)Math.Clamp(facts.Status, 0, 1023) << StatusAt)
            | ((ulong)facts.Levels.Code << LevelsAt)
            | LiveBit
            | (epoch ? EpochBit : 0)
            | (facts.TagsUnreadable ? UnreadableBit : 0)
            | ((ulong)(Generation(row) + 1) << GenerationAt);
        return changed;
    }

    public void Free(uint row)
    {
        _meta[row] = (ulong)Generation(row) << GenerationAt;
        _name[row] = default;
        _next[row] = _free;
        _free = row;
        Count--;
    }

    /// <summary>A time as it is kept. Hostile headers hold any 64-bit number; nginx's own times fit 32 bits until 2106.</summary>
    public static uint Seconds(long value) => (uint)Math.Clamp(value, 0, uint.MaxValue);
}
