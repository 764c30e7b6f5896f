using System.Runtime.InteropServices;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// Append-only records of one owner, in its own chunks so that they can be scanned in one sweep. A record begins with
/// the row it belongs to, or <see cref="Dead"/>. When more than half is dead the live ones move to new chunks and
/// <paramref name="moved"/> tells their rows the new positions.
/// </summary>
internal sealed class Arena(uint number, Chunks chunks, Func<ReadOnlySpan<byte>, int> sizeOf, Action<uint, uint> moved)
{
    public const uint Dead = uint.MaxValue;
    private const int CompactFrom = 4096; // below this, dead bytes cost less than moving the live ones

    private readonly List<(int Chunk, int Used)> _parts = [];

    public long LiveBytes { get; private set; }

    public long DeadBytes { get; private set; }

    /// <summary>Appends a record whose first four bytes are its row.</summary>
    public uint Append(ReadOnlySpan<byte> record)
    {
        var size = (record.Length + 3) & ~3;
        if (_parts.Count == 0 || !chunks.TryGrow(_parts[^1].Chunk, _parts[^1].Used, _parts[^1].Used + size))
            _parts.Add((chunks.Allocate(number, size), 0));
        var (chunk, used) = _parts[^1];
        record.CopyTo(chunks.Array(chunk).AsSpan(used));
        _parts[^1] = (chunk, used + size);
        CountLive(size);
        return Chunks.Position(chunk, used);
    }

    /// <summary>Marks a record dead; may move others.</summary>
    public void Kill(uint position)
    {
        var record = chunks.At(position);
        var size = (sizeOf(record) + 3) & ~3;
        // Readers without the lock see the old row or Dead, both whole: the word is aligned.
        Volatile.Write(ref MemoryMarshal.Cast<byte, uint>(record)[0], Dead);
        CountLive(-size);
        DeadBytes += size;
        if (LiveBytes == 0) Clear();
        else if (DeadBytes > LiveBytes && DeadBytes > CompactFrom) Compact();
    }

    /// <summary>The chunks as they are now, to be read without the lock.</summary>
    public ArraySegment<byte>[] Snapshot()
        => [.. _parts.Select(part => new ArraySegment<byte>(chunks.Array(part.Chunk), 0, part.Used))];

    private void CountLive(long bytes)
    {
        LiveBytes += bytes;
        chunks.LiveBytes += bytes;
    }

    private void Compact()
    {
        var old = _parts.ToArray();
        _parts.Clear();
        CountLive(-LiveBytes);
        DeadBytes = 0;
        foreach (var (chunk, used) in old)
        {
            var rest = chunks.Array(chunk).AsSpan(0, used);
            while (!rest.IsEmpty)
            {
                var size = (sizeOf(rest) + 3) & ~3;
                var row = MemoryMarshal.Read<uint>(rest);
                if (row != Dead) moved(row, Append(rest[..size]));
                rest = rest[size..];
            }

            chunks.Release(chunk);
        }
    }

    private void Clear()
    {
        foreach (var (chunk, _) in _parts) chunks.Release(chunk);
        _parts.Clear();
        DeadBytes = 0;
    }
}
