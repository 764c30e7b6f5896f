using System.Buffers.Binary;
using System.Numerics;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// Tag to entries. A posting is the rows that carry the tag, in no order; a row that no longer does is left in it until
/// half are stale, and then all stale ones go at once. So a posting may hold stale and repeated rows: whoever reads one
/// checks each row against its record. A tag that occurs once costs no block: its row stands in place of the handle.
/// </summary>
internal sealed class TagIndex
{
    private readonly Func<uint, uint, bool> _carries; // whether a row is live and its record has the tag
    private readonly PostingPool _pool = new();
    private readonly Chunks _chunks = new();
    private readonly Arena _texts;
    private readonly Slots _slots;
    private readonly Column<uint> _textAt = new(); // 4 B  position of {tag, length, text}
    private readonly Column<uint> _handle = new(); // 4 B  block, or the only row
    private readonly Column<uint> _count = new();  // 4 B  rows in the posting, stale ones included
    private readonly Column<uint> _stale = new();  // 4 B
    private readonly Column<byte> _power = new();  // 1 B  block size; 0 means the only row
    private readonly Stack<uint> _free = new();
    private uint _used;
    private long _carried; // tags of all entries, repeats counted

    public TagIndex(Func<uint, uint, bool> carries)
    {
        _carries = carries;
        _texts = new Arena(0, _chunks, record => 8 + BinaryPrimitives.ReadInt32LittleEndian(record[4..]), (tag, at) => _textAt[tag] = at);
        _slots = new Slots(tag => TextHash.Of(Text(tag)));
    }

    public int Count => _slots.Count;

    public long Bytes => _pool.Bytes + _chunks.Bytes + _slots.Bytes + _textAt.Bytes + _handle.Bytes + _count.Bytes + _stale.Bytes + _power.Bytes;

    /// <summary>What the tags that are carried need, without slack: 17 bytes of columns, text and slot a tag, and 4 bytes for each that carries it.</summary>
    public long LiveBytes => (17L * Count) + _chunks.LiveBytes + _slots.LiveBytes + (4 * _carried);

    public ReadOnlySpan<byte> Text(uint tag)
    {
        var record = _chunks.At(_textAt[tag]);
        return record.Slice(8, BinaryPrimitives.ReadInt32LittleEndian(record[4..]));
    }

    public bool TryFind(ReadOnlySpan<byte> text, out uint tag)
    {
        var hash = TextHash.Of(text);
        for (var slot = _slots.First(hash); _slots.TryGet(slot, out tag); slot = _slots.Next(slot))
            if (_slots.MayBe(slot, hash) && Text(tag).SequenceEqual(text)) return true;
        return false;
    }

    /// <summary>The tag's number, made if there is none.</summary>
    public uint Intern(ReadOnlySpan<byte> text)
    {
        if (TryFind(text, out var tag)) return tag;
        if (!_free.TryPop(out tag))
        {
            tag = _used++;
            _textAt.Ensure(tag);
            _handle.Ensure(tag);
            _count.Ensure(tag);
            _stale.Ensure(tag);
            _power.Ensure(tag);
        }

        Span<byte> record = text.Length <= 1024 ? stackalloc byte[8 + text.Length] : new byte[8 + text.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(record, tag);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], text.Length);
        text.CopyTo(record[8..]);
        _textAt[tag] = _texts.Append(record);
        _slots.Add(TextHash.Of(text), tag);
        return tag;
    }

    public void Add(uint tag, uint row)
    {
        var count = _count[tag];
        if (count == 0)
        {
            _handle[tag] = row;
        }
        else
        {
            if (_power[tag] == 0 || count == 1u << _power[tag]) Move(tag, _power[tag] + 1);
            _pool.Block(_power[tag], _handle[tag])[(int)count] = row;
        }

        _count[tag] = count + 1;
        _carried++;
    }

    /// <summary>A row stops carrying the tag; its record has gone or no longer has it.</summary>
    public void Release(uint tag)
    {
        _carried--;
        if (++_stale[tag] == _count[tag]) Drop(tag);
        else if (_stale[tag] * 2 > _count[tag] && _count[tag] > 8) Clean(tag);
    }

    /// <summary>The posting as it stands; stale and repeated rows are in it.</summary>
    public ReadOnlySpan<uint> Posting(uint tag)
        => _power[tag] == 0 ? new ReadOnlySpan<uint>(ref _handle[tag]) : _pool.Block(_power[tag], _handle[tag])[..(int)_count[tag]];

    private void Clean(uint tag)
    {
        var rows = _pool.Block(_power[tag], _handle[tag])[..(int)_count[tag]];
        rows.Sort();
        var kept = 0;
        for (var i = 0; i < rows.Length; i++)
            if ((i == 0 || rows[i] != rows[i - 1]) && _carries(rows[i], tag)) rows[kept++] = rows[i];
        _count[tag] = (uint)kept;
        _stale[tag] = 0;
        var power = Math.Max(1, BitOperations.Log2((uint)Math.Max(1, kept - 1)) + 1);
        if (power < _power[tag]) Move(tag, power);
    }

    private void Move(uint tag, int power)
    {
        var handle = _pool.Rent(power);
        Posting(tag).CopyTo(_pool.Block(power, handle));
        if (_power[tag] != 0) _pool.Return(_power[tag], _handle[tag]);
        _handle[tag] = handle;
        _power[tag] = (byte)power;
    }

    private void Drop(uint tag)
    {
        if (_power[tag] != 0) _pool.Return(_power[tag], _handle[tag]);
        var slot = _slots.First(TextHash.Of(Text(tag)));
        while (_slots.TryGet(slot, out var other) && other != tag) slot = _slots.Next(slot);
        _slots.RemoveAt(slot);
        _texts.Kill(_textAt[tag]);
        _count[tag] = _stale[tag] = 0;
        _power[tag] = 0;
        _free.Push(tag);
    }
}
