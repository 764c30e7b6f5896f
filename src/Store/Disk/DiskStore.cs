using System.Buffers;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Nginx;
using Towncrier.Store.Cluster;
using Towncrier.Store.Invalidating;
using Towncrier.Store.Observing;
using Towncrier.Store.Reading;
using Towncrier.Store.Writing;

namespace Towncrier.Store;

/// <summary>
/// Objects on disk, in nginx's cache format, with an agent of their own that knows every file and applies invalidations to
/// them, from this process or from anywhere. Puts and reads work at once; invalidations are applied while
/// <see cref="RunAsync"/> runs. Safe for any thread.
/// </summary>
public sealed class DiskStore : IAsyncDisposable
{
    private const string Template = "$scheme://$host$request_uri";

    // As nginx's levels=1:2: 4,096 directories, so that a million objects are some 250 in each.
    private static readonly Levels LevelsOf12 = new(1 + (3 * 2));

    private readonly StoreOptions _options;
    private readonly StoreDirectory _directory;
    private readonly CacheAgent _agent;
    private readonly LocalSource _local;
    private readonly Outgoing _outgoing;
    private readonly PutGate _gate;
    private readonly ObjectWriter _writer;
    private readonly ObjectReader _reader;
    private readonly StoreMeters _meters;
    private readonly Member? _member;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Growth _growth;
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource? _run; // null until it is run; ends with the run
    private int _isDisposed;

    private DiskStore(StoreOptions options, StoreDirectory directory, CacheAgent agent, LocalSource local, TimeProvider clock, ILogger logger)
    {
        _options = options;
        _directory = directory;
        directory.Replaced = agent.Caches[0].Watcher.Replaced;
        _agent = agent;
        _local = local;
        _outgoing = new Outgoing(options.Publishers, options.Signer);
        _clock = clock;
        _logger = logger;
        _gate = new PutGate(options.Workers);
        _writer = new ObjectWriter(directory, agent.Caches[0], length => _growth!.Add(length), agent.Stamps, clock, logger);
        _reader = new ObjectReader(agent.Caches[0], directory.Levels, new Lingering(() => Limits.DelayBeforeDelete, clock), clock, logger);
        _growth = new Growth(directory.Capacity, agent.Governors[0].Nudge);
        _meters = new StoreMeters(agent.Meters.Meter, () => _gate.Waiting);
        if (options.Cluster is not { } cluster) return;
        _member = Member.Join(cluster, options.Name, agent.Caches[0], directory, _writer, options.MaxBodyBytes, _meters, _growth.Full, clock, logger);
        _writer.Announce = _member.Offer;
        Shelf = new Shelf(agent.Caches[0], directory.Levels, cluster.Token, clock);
    }

    /// <summary>What peers take from this node; null without a cluster.</summary>
    public Shelf? Shelf { get; }

    /// <summary>How large it may grow and how it is kept tidy. Replaceable at any moment; what is set holds at once.</summary>
    /// <exception cref="ArgumentException">They have problems; the message lists all of them.</exception>
    public CacheLimits Limits
    {
        get => _agent.Governors[0].Limits;
        set
        {
            if (value.Problems().ToArray() is { Length: > 0 } problems) throw new ArgumentException(string.Join("; ", problems), nameof(value));
            _agent.Governors[0].Limits = value;
        }
    }

    /// <summary>The same limits, as an agent tells and takes them for its caches.</summary>
    public GovernedCaches Governing => _agent.Governing;

    /// <summary>What is stored, which invalidations came, how the sources are doing.</summary>
    public AgentView Looking => _agent.Looking;

    /// <summary>Every object on disk is indexed. Before that, too, puts and reads work.</summary>
    public bool IsReady => _agent.IsReady;

    /// <summary>Objects stored, expired ones included.</summary>
    public long Count => _agent.Caches[0].Index.Count;

    /// <summary>The metrics of the store and its agent in Prometheus' text format.</summary>
    public string Metrics() => _agent.Metrics();

    /// <summary>Opens a store, and locks its directory. What an earlier process left half written is removed.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message lists all of them.</exception>
    /// <exception cref="IOException">Another store has the directory, or it cannot be used.</exception>
    public static DiskStore Open(StoreOptions options, TimeProvider clock, ILogger logger)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems) throw new ArgumentException(string.Join("; ", problems), nameof(options));
        var directory = StoreDirectory.Open(new CacheRoot(options.Directory), LevelsOf12);
        try
        {
            System.IO.Directory.CreateDirectory(options.State, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var local = new LocalSource();
            var setup = new AgentSetup
            {
                Caches = [new CacheSettings { Path = options.Directory, Key = Template, KeepsRecency = true, OrderFile = Path.Combine(options.State, "order"), Limits = options.Limits }],
                Sources = [new SourceSetup(local), .. options.Sources],
                Admission = options.Admission with { OwnSource = LocalSource.Kind },
                Receipts = options.Receipts,
                Name = options.Name,
                StateDirectory = options.State,
                Fence = options.Fence,
            };
            return new DiskStore(options, directory, CacheAgent.Open(setup, clock, logger), local, clock, logger);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Applies invalidations and keeps the index true until <paramref name="stop"/>; then finishes what it has, and returns.</summary>
    /// <exception cref="InvalidOperationException">It runs, or has run: a store is run once.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        var run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _run, run, null) is not null) throw new InvalidOperationException("a store is run once; open it anew to run it again");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, _closing.Token);
        var sharing = ShareAsync(end.Token);
        try
        {
            await _agent.RunAsync(end.Token).ConfigureAwait(false);
        }
        finally
        {
            _local.Close();
            await end.CancelAsync().ConfigureAwait(false);
            await sharing.ConfigureAwait(false);
            run.SetResult();
        }
    }

    /// <summary>Stores an object over the one that has its key and variant. When this returns Stored, it is read by whoever asks.</summary>
    /// <exception cref="ArgumentException">The key or the head cannot be stored: a bug of the caller's.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed, or was closed meanwhile; nothing is stored.</exception>
    public ValueTask<PutOutcome> PutAsync(ObjectKey key, ObjectHead head, ReadOnlySequence<byte> body, CancellationToken cancel) => PutAsync(key, head, Bodies.Of(body), cancel);

    /// <summary>The same of a body whose length need not be known. It is read while a place for writing is taken.</summary>
    /// <exception cref="IOException">The body could not be read to its end; nothing is stored.</exception>
    /// <inheritdoc cref="PutAsync(ObjectKey, ObjectHead, ReadOnlySequence{byte}, CancellationToken)"/>
    public ValueTask<PutOutcome> PutAsync(ObjectKey key, ObjectHead head, Stream body, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(body);
        return PutAsync(key, head, Bodies.Of(body, cancel, _gate.Closing), cancel);
    }

    /// <summary>
    /// Opens an object; null when there is none, or it has expired or was invalidated, or the store is closed: nobody would
    /// invalidate it any more. The caller disposes of it.
    /// </summary>
    public StoredObject? TryOpen(ObjectKey key)
    {
        if (Volatile.Read(ref _isDisposed) != 0) return null;
        var found = _reader.TryOpen(key);
        _meters.Read(found is not null);
        return found;
    }

    /// <summary>Serves an object until another time, and counts as a use of it; false when there is none to serve.</summary>
    public bool Touch(ObjectKey key, DateTimeOffset expires) => Volatile.Read(ref _isDisposed) == 0 && _reader.Touch(key, expires);

    /// <summary>
    /// Applies messages here, and then sends them to the publishers. When this returns, nothing that was stored before and
    /// is meant is served by this store any more.
    /// </summary>
    /// <exception cref="ArgumentException">A message was refused; it was neither applied nor sent.</exception>
    /// <exception cref="IOException">It was not applied here, or a publisher could not send it; the message says which. It may be repeated.</exception>
    /// <exception cref="InvalidOperationException">The store was never run: nobody would apply it.</exception>
    public async Task<IReadOnlyList<InvalidationReport>> InvalidateAsync(IReadOnlyList<Invalidation> messages, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (Volatile.Read(ref _run) is null) throw new InvalidOperationException("invalidations are applied while the store runs: run it first");
        var bodies = messages.Select(_outgoing.Encode).ToArray(); // what cannot be sent is not applied here either
        var reports = new List<InvalidationReport>(messages.Count);
        foreach (var (message, body) in messages.Zip(bodies))
        {
            reports.Add(await _local.ApplyAsync(message, cancel).ConfigureAwait(false));
            await _outgoing.SendAsync(body, cancel).ConfigureAwait(false);
        }

        return reports;
    }

    /// <summary>Invalidates every object that carries one of the tags.</summary>
    /// <inheritdoc cref="InvalidateAsync"/>
    public Task<IReadOnlyList<InvalidationReport>> InvalidateTagsAsync(IReadOnlyList<string> tags, CancellationToken cancel)
        => InvalidateAsync(new InvalidationBuilder { Source = _options.Name }.PurgeTags(tags.Select(TagText.Encode)).Build(clock: _clock), cancel);

    /// <summary>Invalidates every object of the URLs, all variants; a path without a host means any host.</summary>
    /// <inheritdoc cref="InvalidateAsync"/>
    public Task<IReadOnlyList<InvalidationReport>> InvalidateUrlsAsync(IReadOnlyList<string> urls, CancellationToken cancel)
        => InvalidateAsync(new InvalidationBuilder { Source = _options.Name }.PurgeUrl(urls).Build(clock: _clock), cancel);

    /// <summary>What is stored and fits a query, at most its limit.</summary>
    /// <param name="problem">Why the query cannot be answered.</param>
    public IReadOnlyList<EntrySummary> List(EntryQuery query, out string? problem) => Looking.Entries(query, out problem);

    /// <summary>Objects fetched from peers while this node was new.</summary>
    internal int Warmed => _member?.Warmed ?? 0;

    internal long LiveBytes => _agent.Caches[0].Index.LiveBytes;

    /// <exception cref="InvalidOperationException">The index does not agree with itself: a bug.</exception>
    internal void CheckIntegrity() => _agent.Caches[0].Index.CheckIntegrity();

    /// <summary>
    /// Ends a run that still goes on, and closes the store. Puts that write are waited for; of those that wait, and those whose body
    /// does not come, the call ends. What was found stays open.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return; // a container may own it under two names
        await _closing.CancelAsync().ConfigureAwait(false);
        await _gate.CloseAsync().ConfigureAwait(false);
        if (Volatile.Read(ref _run) is { } run) await run.Task.ConfigureAwait(false);
        _member?.Dispose();
        await _agent.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
        _directory.Dispose();
        _closing.Dispose();
    }

    // A store goes on by itself, whatever happens to its cluster.
    private async Task ShareAsync(CancellationToken stop)
    {
        try
        {
            await (_member?.RunAsync(stop) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            StoreLog.SharingEnded(_logger, e);
        }
    }

    private async ValueTask<PutOutcome> PutAsync(ObjectKey key, ObjectHead head, Body body, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(head);
        cancel.ThrowIfCancellationRequested();
        if (!await _gate.TryEnterAsync(Limits.MaxWorkerQueueLen, cancel).ConfigureAwait(false))
        {
            _meters.Put(PutOutcome.Busy);
            return PutOutcome.Busy;
        }

        try
        {
            var outcome = await _writer.WriteAsync(key, head, _options.MaxBodyBytes, body).ConfigureAwait(false);
            _meters.Put(outcome);
            if (outcome == PutOutcome.NoSpace) _growth.Full();
            return outcome;
        }
        finally
        {
            _gate.Leave();
        }
    }
}
