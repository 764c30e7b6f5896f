using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Watching;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A watcher that runs, its index, and what it was told of.</summary>
internal sealed class Watched : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public Watched(CacheFolder folder, WatchOptions? options = null, ArrivalHandler? arrived = null)
    {
        Index = Indexes.New();
        Watcher = new CacheWatcher(
            folder.Root, TagHeaders.Default, Index, (in EntryFacts facts) =>
            {
                Arrivals.Enqueue(facts.Name);
                arrived?.Invoke(facts);
            },
            options ?? new WatchOptions { ScanThreads = 2, RetryAfter = TimeSpan.FromMilliseconds(20) }, TimeProvider.System, NullLogger.Instance);
        _running = Task.Factory.StartNew(() => Watcher.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public CacheIndex Index { get; }

    public CacheWatcher Watcher { get; }

    public ConcurrentQueue<EntryName> Arrivals { get; } = [];

    public Task Covered => Watcher.Coverage.WhenCovered().Within();

    /// <summary>Everything that was on disk before the call is in the index after it.</summary>
    public async Task SettleAsync()
    {
        do
        {
            await Covered;
            Watcher.CatchUp();
        }
        while (!Watcher.Coverage.IsCovered);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.Within();
        _stop.Dispose();
        Index.CheckIntegrity();
    }
}
