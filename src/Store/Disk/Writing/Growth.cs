namespace Towncrier.Store.Writing;

/// <summary>
/// Has the disk's limit checked each time a hundredth of the file system was written: a small one is full long before the
/// next check is due. Safe for any thread.
/// </summary>
/// <param name="size">Of the file system, in bytes.</param>
internal sealed class Growth(long size, Action check)
{
    private const long Block = 4096; // what a small file takes at least

    private readonly long _step = Math.Max(Block, size / 100);
    private long _written;

    public void Add(long bytes)
    {
        var rounded = (bytes + Block - 1) / Block * Block;
        if (Interlocked.Add(ref _written, rounded) < _step) return;
        Full();
    }

    /// <summary>It is full, or may be.</summary>
    public void Full()
    {
        Interlocked.Exchange(ref _written, 0);
        check();
    }
}
