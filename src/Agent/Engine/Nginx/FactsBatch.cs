using System.Buffers.Binary;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// A few hundred facts copied into one buffer, so that scanning threads take the index's lock once a batch. Owned by
/// one thread; cleared by whoever consumes it.
/// </summary>
internal sealed class FactsBatch(int capacity = 320 * 1024)
{
    private const int Fixed = 65;

    private readonly byte[] _bytes = new byte[capacity];
    private int _used;

    public int Count { get; private set; }

    /// <summary>False when it does not fit; an empty batch takes any entry (a head is at most 64 KiB, its tags three times that).</summary>
    public bool TryAdd(in EntryFacts facts)
    {
        var size = Fixed + facts.Key.Length + facts.Tags.Length;
        if (_used + size > _bytes.Length) return false;
        var to = _bytes.AsSpan(_used, size);
        BinaryPrimitives.WriteUInt128LittleEndian(to, facts.Name.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], facts.Stored);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], facts.Made);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], facts.Valid);
        BinaryPrimitives.WriteInt64LittleEndian(to[40..], facts.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to[48..], facts.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to[52..], facts.Tags.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[56..], (ushort)facts.Status);
        to[58] = facts.Levels.Code;
        to[59] = facts.TagsUnreadable ? (byte)1 : (byte)0;
        to[60] = facts.Varies ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(to[61..], facts.StoredTick);
        facts.Key.CopyTo(to[Fixed..]);
        facts.Tags.CopyTo(to[(Fixed + facts.Key.Length)..]);
        _used += size;
        Count++;
        return true;
    }

    public void Clear()
    {
        _used = 0;
        Count = 0;
    }

    public Reader GetEnumerator() => new(_bytes.AsSpan(0, _used));

    public ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private EntryFacts _current;

        public readonly EntryFacts Current => _current;

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            var from = _rest;
            var keyLength = BinaryPrimitives.ReadInt32LittleEndian(from[48..]);
            var tagsLength = BinaryPrimitives.ReadInt32LittleEndian(from[52..]);
            _current = new EntryFacts
            {
                Name = new EntryName(BinaryPrimitives.ReadUInt128LittleEndian(from)),
                Stored = BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
                Made = BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
                Valid = BinaryPrimitives.ReadInt64LittleEndian(from[32..]),
                Length = BinaryPrimitives.ReadInt64LittleEndian(from[40..]),
                Status = BinaryPrimitives.ReadUInt16LittleEndian(from[56..]),
                Levels = new Levels(from[58]),
                TagsUnreadable = from[59] != 0,
                Varies = from[60] != 0,
                StoredTick = BinaryPrimitives.ReadInt32LittleEndian(from[61..]),
                Key = from.Slice(Fixed, keyLength),
                Tags = from.Slice(Fixed + keyLength, tagsLength),
            };
            _rest = from[(Fixed + keyLength + tagsLength)..];
            return true;
        }
    }
}
