namespace Towncrier.Agent.Indexing;

/// <summary>
/// Blocks of row numbers in sizes of powers of two: small ones cut from shared pages and recycled by size, large ones
/// arrays of their own. A block is named by its class (the power) and a handle. Not thread-safe.
/// </summary>
internal sealed class PostingPool
{
    private const int PageBits = 14;           // 16,384 rows, 64 KiB: blocks up to this size come from pages
    private const uint None = uint.MaxValue;

    private readonly List<uint[]> _pages = [];
    private readonly uint[] _free = [.. Enumerable.Repeat(None, PageBits + 1)]; // first free block by class
    private readonly List<uint[]?> _large = [];
    private readonly Stack<int> _freeLarge = new();
    private int _cut = 1 << PageBits; // used part of the last page

    public long Bytes { get; private set; }

    public Span<uint> Block(int power, uint handle)
    {
        if (power > PageBits) return _large[(int)handle];
        return _pages[(int)(handle >> PageBits)].AsSpan((int)(handle & ((1 << PageBits) - 1)), 1 << power);
    }

    public uint Rent(int power)
    {
        if (power > PageBits)
        {
            Bytes += 4L << power;
            var block = new uint[1 << power];
            if (!_freeLarge.TryPop(out var at))
            {
                _large.Add(block);
                return (uint)(_large.Count - 1);
            }

            _large[at] = block;
            return (uint)at;
        }

        var free = _free[power];
        if (free != None)
        {
            _free[power] = Block(power, free)[0];
            return free;
        }

        return Cut(power);
    }

    public void Return(int power, uint handle)
    {
        if (power > PageBits)
        {
            _large[(int)handle] = null;
            _freeLarge.Push((int)handle);
            Bytes -= 4L << power;
            return;
        }

        Block(power, handle)[0] = _free[power];
        _free[power] = handle;
    }

    private uint Cut(int power)
    {
        if (_cut + (1 << power) > 1 << PageBits)
        {
            // What is left of the page serves smaller blocks.
            while (_pages.Count > 0 && _cut < 1 << PageBits)
            {
                var largest = System.Numerics.BitOperations.TrailingZeroCount(_cut);
                while (_cut + (1 << largest) > 1 << PageBits) largest--;
                var piece = ((uint)(_pages.Count - 1) << PageBits) | (uint)_cut;
                _cut += 1 << largest;
                Return(largest, piece);
            }

            _pages.Add(new uint[1 << PageBits]);
            Bytes += 4L << PageBits;
            _cut = 0;
        }

        var handle = ((uint)(_pages.Count - 1) << PageBits) | (uint)_cut;
        _cut += 1 << power;
        return handle;
    }
}
