using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Governing;

/// <summary>
/// Deletes entries that are past their valid time and, where that is kept, past the time they may be served stale. While
/// nothing has expired a sweep costs nothing: the index knows its earliest valid time.
/// </summary>
internal sealed class ExpiredSweep(GovernedCache cache, Evictor evictor)
{
    private const int Batch = 256; // also the most heads read in vain at one sweep, about 5 ms

    private uint _from;
    private bool _inRound;
    private long _keptUntil = long.MaxValue; // the earliest time at which an entry of this round that was kept may go

    public void Run(long now, CancellationToken stop)
    {
        if (!_inRound && !TryBegin(now)) return;
        var span = Spans.Start(Spans.ExpiredResponses, cache.Root.Path);
        var (deleted, bytes) = (0L, 0L);
        var some = new List<ListedEntry>(Batch);
        while (_inRound && !stop.IsCancellationRequested)
        {
            some.Clear();
            _from = cache.Index.Rows.CollectExpired(_from, now, Batch, some);
            _inRound = _from != 0;
            if (some.Count == 0) continue;
            var done = evictor.Evict(some, DeletionReason.Expired, null, (in EntryFacts facts) => MayGo(facts, now));
            deleted += done.Deleted;
            bytes += done.Bytes;
            if (done.Kept > some.Count / 2) break; // mostly in vain: the rest of the round in the next sweeps
        }

        Spans.End(span, deleted, bytes);
    }

    private bool TryBegin(long now)
    {
        if (Math.Min(cache.Index.Rows.EarliestValid, _keptUntil) >= now) return false;
        cache.Index.Rows.BeginExpired();
        _keptUntil = long.MaxValue;
        _from = 0;
        return _inRound = true;
    }

    // Heads are judged on several threads.
    private bool MayGo(in EntryFacts facts, long now)
    {
        var until = cache.KeepsStale ? facts.StaleUntil : facts.Valid;
        if (until < now) return true;
        for (var known = Volatile.Read(ref _keptUntil); until < known;)
        {
            var seen = Interlocked.CompareExchange(ref _keptUntil, until, known);
            if (seen == known) break;
            known = seen;
        }

        return false;
    }
}
