namespace Towncrier.Agent.Indexing;

/// <summary>
/// Where records live: byte arrays of up to 64 KiB, each belonging to one arena. A position is 32 bits: 18 of the chunk
/// and 14 of the offset in units of four bytes, so 16 GiB at most. Chunks begin small and are grown by copying, which
/// keeps positions; whoever reads an old copy without the lock still reads whole records.
/// </summary>
internal sealed class Chunks
{
    public const int Size = 64 * 1024;
    private const int OffsetBits = 14;
    private const int Smallest = 512;

    private readonly Stack<int> _free = new();
    private byte[]?[] _arrays = new byte[16][];
    private uint[] _owners = new uint[16];
    private int _count;

    public long Bytes { get; private set; }

    /// <summary>Bytes of live records; kept by the arenas.</summary>
    public long LiveBytes { get; set; }

    public static uint Position(int chunk, int offset) => ((uint)chunk << OffsetBits) | (uint)(offset >> 2);

    public byte[] Array(int chunk) => _arrays[chunk]!;

    /// <summary>The number of the arena a position lies in.</summary>
    public uint OwnerOf(uint position) => _owners[position >> OffsetBits];

    public Span<byte> At(uint position)
        => _arrays[position >> OffsetBits].AsSpan((int)(position & ((1 << OffsetBits) - 1)) << 2);

    /// <summary>A new chunk for at least <paramref name="need"/> bytes; more than 64 KiB for a single huge record.</summary>
    public int Allocate(uint owner, int need)
    {
        if (!_free.TryPop(out var chunk))
        {
            chunk = _count++;
            if (chunk >= 1 << 18) throw new InvalidOperationException("the index holds 16 GiB of keys: split the cache into several agents");
            if (chunk == _arrays.Length)
            {
                System.Array.Resize(ref _arrays, chunk * 2);
                System.Array.Resize(ref _owners, chunk * 2);
            }
        }

        var size = Smallest;
        while (size < need) size *= 2;
        _arrays[chunk] = new byte[size];
        _owners[chunk] = owner;
        Bytes += size;
        return chunk;
    }

    /// <summary>Grows a chunk to hold <paramref name="need"/> bytes; false when that is more than a chunk may hold.</summary>
    public bool TryGrow(int chunk, int used, int need)
    {
        if (used >= Size) return false; // a huge record's chunk is longer, but a position cannot say so
        var size = _arrays[chunk]!.Length;
        if (need <= size) return true;
        if (need > Size) return false;
        var grown = size;
        while (grown < need) grown *= 2;
        var bigger = new byte[grown];
        _arrays[chunk].AsSpan(0, used).CopyTo(bigger);
        _arrays[chunk] = bigger;
        Bytes += grown - size;
        return true;
    }

    public void Release(int chunk)
    {
        Bytes -= _arrays[chunk]!.Length;
        _arrays[chunk] = null;
        _free.Push(chunk);
    }
}
