using Towncrier.Agent.Observing;
using Towncrier.Linux;

namespace Towncrier.Agent.Governing;

/// <summary>What the disk is like after a sweep.</summary>
internal enum DiskPressure : byte
{
    /// <summary>Far below the limit, or there is none, or the directory is away.</summary>
    None,

    /// <summary>Within a twentieth of the limit.</summary>
    Near,

    /// <summary>Over the limit still: entries could not be deleted, or the space of deleted ones is not free yet.</summary>
    Over,
}

/// <summary>Keeps a file system below the disk limit, in bytes and in inodes.</summary>
internal sealed class DiskSweep(GovernedCache cache, FileLook look, IVictims victims, Evictor evictor)
{
    private const double Nearness = 0.05;
    private const int Batch = 256;
    private const int MostPasses = 16;

    /// <summary>
    /// Evicts about as much as is over the limit, looks again, and goes on while deleting helps: files that are still open
    /// somewhere, and others' files that grow, must not cost the whole cache in one go.
    /// </summary>
    public DiskPressure Run(double limit, CancellationToken stop)
    {
        var errno = look.Begin(out var usage);
        if (errno != Errno.None) return DiskPressure.None; // the watcher says so
        var over = Excess.Of(usage, limit);
        if (!over.Any) return IsNear(usage, limit) ? DiskPressure.Near : DiskPressure.None;
        var span = Spans.Start(Spans.LruNuker, cache.Root.Path);
        var (deleted, bytes) = (0L, 0L);
        for (var pass = 0; over.Any && pass < MostPasses && !stop.IsCancellationRequested; pass++)
        {
            if (victims is OldestVictims oldest) oldest.BlockSize = usage.BlockSize;
            var freed = Pass(over, stop);
            deleted += freed.Deleted;
            bytes += freed.Bytes;
            if (freed.Deleted == 0 || look.Begin(out usage) != Errno.None) break;
            var before = over;
            over = Excess.Of(usage, limit);
            if (!over.IsMuchLessThan(before)) break;
        }

        Spans.End(span, deleted, bytes);
        return over.Any ? DiskPressure.Over : DiskPressure.Near;
    }

    private Evicted Pass(Excess over, CancellationToken stop)
    {
        var (deleted, bytes, kept) = (0L, 0L, 0L);
        while ((bytes < over.Bytes || deleted < over.Inodes) && !stop.IsCancellationRequested)
        {
            var some = victims.Next((int)Math.Clamp(over.Inodes - deleted, 1, Batch), Batch, over.Bytes - bytes);
            if (some.Count == 0) break;
            var evicted = evictor.Evict([.. some.Select(victim => victim.Entry)], DeletionReason.LruNukedDisk, victims.Spare);
            bytes += evicted.Kept == 0 ? some.Sum(victim => victim.Bytes) : evicted.Bytes;
            deleted += evicted.Deleted;
            kept += evicted.Kept;
            if (evicted.Deleted == 0 && kept >= Batch) break; // nothing here can be deleted
        }

        return new Evicted(deleted, bytes, kept);
    }

    private static bool IsNear(FileSystemUsage usage, double limit)
        => usage.Fraction > limit - Nearness || usage.InodeFraction > limit - Nearness;
}
