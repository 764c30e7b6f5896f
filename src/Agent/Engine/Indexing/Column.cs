namespace Towncrier.Agent.Indexing;

/// <summary>One value per row, in pages of 16,384 rows: growing never copies, and never doubles the memory.</summary>
internal sealed class Column<T>
    where T : unmanaged
{
    private const int PageBits = 14;
    private const int PageRows = 1 << PageBits;

    private T[][] _pages = [];
    private int _count;

    public ref T this[uint row] => ref _pages[row >> PageBits][row & (PageRows - 1)];

    public long Bytes => ((long)_count * PageRows * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()) + (8L * _pages.Length);

    public uint Rows => (uint)_count << PageBits;

    /// <summary>Makes the row exist.</summary>
    public void Ensure(uint row)
    {
        while (row >= Rows)
        {
            if (_count == _pages.Length) Array.Resize(ref _pages, Math.Max(4, _count * 2));
            _pages[_count++] = new T[PageRows];
        }
    }
}
