using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Governing;

/// <summary>Keeps a memory limit: of the index's own bytes exactly, of the system's memory as well as evicting can.</summary>
internal sealed class MemorySweep(GovernedCache cache, FileLook look, IVictims victims, Evictor evictor, SystemMemory system, ILogger logger)
{
    private const int Batch = 256;
    private const int GentlePart = 100; // of all entries, at each check: most of the system's memory is others'

    private bool _told;

    public void Run(double limit, CancellationToken stop)
    {
        if (limit >= 1) KeepBytes((long)limit, stop);
        else KeepFraction(limit, stop);
    }

    private void KeepBytes(long limit, CancellationToken stop)
    {
        if (cache.Index.LiveBytes <= limit) return;
        Evict(
            () =>
            {
                var (bytes, entries) = (cache.Index.LiveBytes, cache.Index.Count);
                return bytes <= limit || entries == 0 ? 0 : Math.Max(1, (bytes - limit) / (bytes / entries + 1));
            },
            stop);
    }

    private void KeepFraction(double limit, CancellationToken stop)
    {
        if (system.Used() is not { } used || used <= limit)
        {
            _told = false;
            return;
        }

        if (!_told) Log.MemoryShort(logger, cache.Root.Path, used, limit);
        _told = true;
        var left = (cache.Index.Count + GentlePart - 1) / GentlePart;
        Evict(() => left, stop, evicted => left -= evicted);
    }

    private void Evict(Func<long> left, CancellationToken stop, Action<long>? evicted = null)
    {
        if (look.Begin(out _) != Linux.Errno.None) return; // the directory is away: its entries go with the next scan
        var span = Spans.Start(Spans.LruNuker, cache.Root.Path);
        var (deleted, bytes) = (0L, 0L);
        for (var wanted = left(); wanted > 0 && !stop.IsCancellationRequested; wanted = left())
        {
            var some = victims.Next((int)Math.Min(wanted, Batch), Batch);
            var done = evictor.Evict([.. some.Select(victim => victim.Entry)], DeletionReason.LruNukedMemory, victims.Spare);
            deleted += done.Deleted;
            bytes += done.Bytes;
            evicted?.Invoke(some.Count - done.Kept);
            if (some.Count == 0 || done.Kept == some.Count) break; // none can be deleted: not now
        }

        Spans.End(span, deleted, bytes);
    }
}
