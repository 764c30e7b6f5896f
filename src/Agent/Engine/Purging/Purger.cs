using System.Collections.Concurrent;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Purging;

/// <summary>Purges the files of an invalidation, in directory order and on a few threads when there are many.</summary>
internal sealed class Purger(CacheRoot root, CacheIndex index, TagHeaders tags, SoftExpiry soft, TimeProvider clock) : IDisposable
{
    private const int ParallelFrom = 64; // files; an unlink takes about 100 us, starting a worker some 20
    private const int MostWorkers = 4;

    private readonly ConcurrentBag<FilePurge> _idle = [];

    /// <summary>Purges each entry once.</summary>
    /// <param name="entries">Sorted here; the outcomes are in the same order.</param>
    public PurgeOutcome[] Purge(EntryRef[] entries, PurgeOrder order, PurgeTally tally)
    {
        var outcomes = new PurgeOutcome[entries.Length];
        Array.Sort(entries, static (a, b) =>
        {
            var byDirectory = LevelCursor.DigitsOf(a.Name, a.Levels).CompareTo(LevelCursor.DigitsOf(b.Name, b.Levels));
            return byDirectory != 0 ? byDirectory : a.Row.CompareTo(b.Row);
        });
        if (entries.Length < ParallelFrom)
        {
            Some(entries, outcomes, order, tally);
            return outcomes;
        }

        var workers = Math.Min(MostWorkers, Environment.ProcessorCount);
        Parallel.ForEach(
            Partitioner.Create(0, entries.Length, Math.Max(16, entries.Length / (workers * 8))),
            new ParallelOptions { MaxDegreeOfParallelism = workers },
            range => Some(entries.AsSpan(range.Item1, range.Item2 - range.Item1), outcomes.AsSpan(range.Item1, range.Item2 - range.Item1), order, tally));
        return outcomes;
    }

    /// <summary>Purges one file.</summary>
    public PurgeOutcome PurgeOne(EntryName name, Levels levels, PurgeOrder order, PurgeTally tally)
    {
        Span<PurgeOutcome> outcome = [default];
        Some([new EntryRef(0, name, levels)], outcome, order, tally);
        return outcome[0];
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var worker)) worker.Dispose();
    }

    private void Some(ReadOnlySpan<EntryRef> entries, Span<PurgeOutcome> outcomes, PurgeOrder order, PurgeTally tally)
    {
        if (!_idle.TryTake(out var worker)) worker = new FilePurge(root, index, tags, soft, clock);
        for (var i = 0; i < entries.Length; i++)
        {
            outcomes[i] = worker.Purge(entries[i].Name, entries[i].Levels, order, out var bytes);
            tally.Count(outcomes[i], bytes);
        }

        worker.Dispose(); // closes the directory it was in; the buffers are kept
        _idle.Add(worker);
    }
}
