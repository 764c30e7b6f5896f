using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Disk;

/// <summary>
/// Walks a cache directory with a few threads and hands every entry on, in batches. A level directory is the unit of
/// work: its files are opened by name relative to it. What is not an entry is counted, with its reason.
/// </summary>
/// <param name="take">Called from any worker with a batch it then clears.</param>
internal sealed class TreeScan(CacheRoot root, TagHeaders tags, Action<FactsBatch> take)
{
    private readonly ConcurrentStack<LevelDirectory> _todo = new();
    private int _pending;
    private Exception? _failure;

    /// <summary>Called for each directory before it is listed, so that a watcher misses nothing in it. From any worker.</summary>
    public Action<LevelDirectory>? BeforeListing { get; init; }

    /// <summary>Entries so far, for progress; roughly right while the scan runs.</summary>
    public long Progress => Volatile.Read(ref _progress);

    private long _progress;

    /// <summary>Scans to the end on <paramref name="threads"/> threads, the caller's among them.</summary>
    /// <exception cref="LinuxException">The root itself cannot be opened, or this process has no descriptors or memory left.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was called.</exception>
    public ScanTally Run(int threads, CancellationToken stop)
    {
        using var top = root.Open();
        Push(LevelDirectory.Root);
        var tallies = new ScanTally[threads];
        var others = Enumerable.Range(1, threads - 1).Select(i => Start(() => tallies[i] = Guarded(top, stop))).ToArray();
        try
        {
            tallies[0] = Guarded(top, stop);
        }
        finally
        {
            foreach (var other in others) other.Join();
        }

        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
        stop.ThrowIfCancellationRequested();
        var total = new ScanTally();
        foreach (var tally in tallies) total.Add(tally);
        return total;
    }

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = "towncrier-scan" };
        thread.Start();
        return thread;
    }

    private void Push(LevelDirectory directory)
    {
        Interlocked.Increment(ref _pending);
        _todo.Push(directory);
    }

    // An exception on a thread of its own would end the process; the caller of Run gets it instead, and every thread stops.
    private ScanTally Guarded(DirectoryHandle top, CancellationToken stop)
    {
        try
        {
            return Work(top, stop);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            return new ScanTally();
        }
    }

    private ScanTally Work(DirectoryHandle top, CancellationToken stop)
    {
        var tally = new ScanTally();
        var worker = new ScanWorker(tags, tally, Hand, Push);
        var wait = default(SpinWait);
        while (Volatile.Read(ref _pending) > 0 && !stop.IsCancellationRequested && Volatile.Read(ref _failure) is null)
        {
            if (!_todo.TryPop(out var directory))
            {
                wait.SpinOnce(); // another worker is listing; its subdirectories come in a moment
                continue;
            }

            try
            {
                BeforeListing?.Invoke(directory);
                worker.List(top, directory, stop);
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
            }
        }

        worker.Flush();
        return tally;
    }

    private void Hand(FactsBatch batch)
    {
        take(batch);
        Interlocked.Add(ref _progress, batch.Count);
        batch.Clear();
    }
}
