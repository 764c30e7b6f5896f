using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Purging;
using Towncrier.Agent.Watching;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Governing;

/// <summary>A cache folder, watched and governed.</summary>
internal sealed class GovernedFolder : IAsyncDisposable
{
    private readonly GovernedCache _cache;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private Task _governing = Task.CompletedTask;

    public GovernedFolder(CacheFolder folder, CacheLimits limits, bool recency = true, bool keepsStale = false, TimeProvider? clock = null, SystemMemory? system = null)
    {
        Folder = folder;
        Index = Indexes.New(recency: recency);
        Watcher = new CacheWatcher(
            folder.Root, TagHeaders.Default, Index, (in EntryFacts facts) => Arrivals.Enqueue(facts.Name),
            new WatchOptions { ScanThreads = 1, RetryAfter = TimeSpan.FromMilliseconds(20) }, TimeProvider.System, NullLogger.Instance);
        _cache = new GovernedCache(folder.Root, Index, Watcher.Coverage, TagHeaders.Default, Deletions, keepsStale);
        Governor = new Governor(_cache, limits, clock ?? TimeProvider.System, new Random(5), NullLogger.Instance, system);
        _watching = Task.Factory.StartNew(() => Watcher.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public CacheFolder Folder { get; }

    public CacheIndex Index { get; }

    public CacheWatcher Watcher { get; }

    public Governor Governor { get; }

    public Deletions Deletions { get; } = new();

    public ConcurrentQueue<EntryName> Arrivals { get; } = [];

    /// <summary>Stores a file whose key ends in a number, and whose body has so many bytes.</summary>
    public string Store(int number, int bytes = 100, Func<CacheFile, CacheFile>? change = null)
    {
        var file = new CacheFile { Key = $"httpexample.org/{number}", Body = new string('x', bytes) };
        return Folder.Store(change is null ? file : change(file));
    }

    public string PathOf(int number) => Folder.PathOf(new CacheFile { Key = $"httpexample.org/{number}" });

    /// <summary>Which of the first so many numbers are there.</summary>
    public int[] There(int count) => [.. Enumerable.Range(0, count).Where(number => File.Exists(PathOf(number)))];

    public void Use(int number) => Index.Order?.Touch(new CacheFile { Key = $"httpexample.org/{number}" }.Name, Folder.Levels);

    /// <summary>Evicts without a governor.</summary>
    public Evicted Evict(IReadOnlyCollection<ListedEntry> entries, Action<ListedEntry> spare)
    {
        using var purger = new Purger(Folder.Root, Index, TagHeaders.Default, new SoftExpiry(), TimeProvider.System);
        return new Evictor(_cache, purger).Evict(entries, DeletionReason.LruNukedDisk, spare);
    }

    /// <summary>Everything stored before is in the index, and the governor governs from now on.</summary>
    public async Task GovernAsync()
    {
        await SettleAsync();
        _governing = Governor.RunAsync(_stop.Token);
    }

    public async Task SettleAsync()
    {
        await Watcher.Coverage.WhenCovered().Within();
        Watcher.CatchUp();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _governing.Within();
        await _watching.Within();
        Governor.Dispose();
        _stop.Dispose();
        Index.CheckIntegrity();
    }
}
