using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Watching;

namespace Towncrier.Benchmarks;

/// <summary>A cache directory with a watcher running on it.</summary>
internal sealed class Watched : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;

    private Watched(string directory)
    {
        Watcher = new CacheWatcher(
            new CacheRoot(directory), TagHeaders.Default, Index, Arrived, new WatchOptions(), TimeProvider.System, NullLogger.Instance);
        _thread = new Thread(() => Watcher.Run(_stop.Token)) { IsBackground = true };
    }

    public CacheIndex Index { get; } = new(SyntheticEntry.Template);

    public CacheWatcher Watcher { get; }

    /// <summary>Starts watching; returns once everything in place is indexed.</summary>
    public static Watched Start(string directory)
    {
        var watched = new Watched(directory);
        watched._thread.Start();
        watched.Settle();
        return watched;
    }

    /// <summary>Returns once everything that happened before is in the index.</summary>
    public void Settle()
    {
        do
        {
            if (!Watcher.Coverage.WhenCovered().Wait(TimeSpan.FromSeconds(60))) throw new TimeoutException("the cache was not covered within 60 s");
            Watcher.CatchUp();
        }
        while (!Watcher.Coverage.IsCovered);
    }

    /// <summary>Stops watching; the index stays as it is.</summary>
    public void Dispose()
    {
        if (!_thread.IsAlive) return;
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private static void Arrived(in EntryFacts facts)
    {
    }
}
