using Towncrier.Linux;

namespace Towncrier.Agent.Governing;

/// <summary>How much has to go for a file system to be below a limit; zero when it is.</summary>
internal readonly record struct Excess(long Bytes, long Inodes)
{
    public bool Any => Bytes > 0 || Inodes > 0;

    public static Excess Of(FileSystemUsage usage, double limit)
        => new(Over(usage.Used, usage.Available, limit), Over(usage.InodesUsed, usage.InodesAvailable, limit));

    /// <summary>At most half of what it was, in all that was over.</summary>
    public bool IsMuchLessThan(Excess before) => Bytes <= before.Bytes / 2 && Inodes <= before.Inodes / 2;

    // What goes moves from used to available: their sum stays.
    private static long Over(long used, long available, double limit)
        => Math.Max(0, (long)Math.Ceiling(used - (limit * ((double)used + available))));
}
