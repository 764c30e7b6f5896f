using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Journaling;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Receiving;

namespace Towncrier.Agent;

/// <summary>
/// The agent of one host: sources to one side, cache directories to the other, and the rooms between them joined here.
/// Nothing runs before <see cref="RunAsync"/>.
/// </summary>
public sealed class CacheAgent : IAsyncDisposable
{
    private readonly AgentSetup _setup;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Journal _journal;
    private readonly Cache[] _caches;
    private readonly Governor[] _governors;
    private readonly Meters _meters = new();
    private readonly MetricsPage _page;
    private readonly DedupeWindow _dedupe;
    private readonly Judge _judge;
    private readonly PositionKeeper _positions;
    private readonly SourceSet _sources;
    private readonly ReceiptSender _receipts;
    private readonly Applier _applier;
    private readonly TouchLog _touches = new();
    private readonly FenceKeeper _fences;
    private readonly Dispatcher _dispatcher;
    private readonly Channel<Admitted> _queue = Channel.CreateBounded<Admitted>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.Wait });

    private CacheAgent(AgentSetup setup, Journal journal, TimeProvider clock, ILogger logger)
    {
        _setup = setup;
        _clock = clock;
        _logger = logger;
        _journal = journal;
        var options = new DispatchOptions { Fence = setup.Fence, Soft = new SoftExpiry(setup.SoftUpdatingSeconds, setup.SoftErrorSeconds) };
        _caches = [.. setup.Caches.Select(settings => new Cache(settings, options, clock, logger) { FencePurged = mode => _meters.Purged(mode, 1) })];
        _governors = [.. _caches.Select(cache => new Governor(cache.Governed, cache.Settings.Limits, clock, new Random(), logger))];
        Governing = new GovernedCaches(_caches, _governors);
        _page = new MetricsPage(_meters);
        _dedupe = new DedupeWindow(new DedupeOptions(), clock);
        _judge = new Judge(setup.Limits, setup.Admission, clock);
        _positions = new PositionKeeper(journal, clock);
        _sources = new SourceSet(setup.Sources, _positions, _queue.Writer, _meters, clock, logger);
        _receipts = new ReceiptSender(setup.Receipts, setup.Name, _meters, clock, new Random(), logger);
        Stamps = new Stamps(clock);
        _applier = new Applier(_caches, options, setup.Limits, _touches, Stamps);
        _fences = new FenceKeeper(_caches, options, clock, logger);
        _dispatcher = new Dispatcher(
            _queue.Reader, _applier, new TargetSet(setup.Targets, _meters, logger), _fences, _dedupe, journal, _receipts, options, _meters, clock, logger);
        Looking = new AgentView(_caches, _sources, _dedupe, _touches, setup.Fence, clock);
        Measure();
        _sources.Measure();
        _meters.BeginPurging();
    }

    /// <summary>What the agent knows, for people and programs that ask.</summary>
    public AgentView Looking { get; }

    /// <summary>The limits of its caches, which may be changed while it runs.</summary>
    public GovernedCaches Governing { get; }

    /// <summary>In the order they were set up; for the store, which puts files into one.</summary>
    internal IReadOnlyList<Cache> Caches => _caches;

    /// <summary>In the order of <see cref="Caches"/>.</summary>
    internal IReadOnlyList<Governor> Governors => _governors;

    /// <summary>Of what is put into the caches beside nginx.</summary>
    internal Stamps Stamps { get; }

    internal Meters Meters => _meters;

    /// <summary>Every cache is indexed in full and watched.</summary>
    public bool IsReady => Looking.Unready().Count == 0;

    /// <summary>Opens the journal; nothing else yet.</summary>
    /// <exception cref="IOException">The state directory cannot be used, or another agent uses it.</exception>
    public static CacheAgent Open(AgentSetup setup, TimeProvider clock, ILogger logger)
        => new(setup, Journal.Open(setup.StateDirectory, new JournalOptions(), clock, logger), clock, logger);

    /// <summary>The metrics in Prometheus' text format.</summary>
    public string Metrics() => _page.Write();

    /// <summary>Counts and logs what a source refused by itself, before it was a message.</summary>
    public void NoteRefused(string source, Refusal refusal)
    {
        _meters.Refused(source, refusal.Reason);
        Log.Refused(_logger, source, refusal.Reason, refusal.Message);
    }

    /// <summary>
    /// Runs until <paramref name="stop"/>; then takes in nothing more, finishes what it has, and returns. Messages that
    /// wait for a scan are given back.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var later = new CancellationTokenSource();
        using var last = new CancellationTokenSource();
        using var giveUp = new CancellationTokenSource();
        var writing = _journal.RunAsync(last.Token);
        Rearm();
        var watching = _caches.Select(cache => RunWatcher(cache, later.Token)).ToArray();
        var governing = _governors.Select(governor => governor.RunAsync(later.Token)).ToArray();
        var dispatching = _dispatcher.RunAsync(giveUp.Token);
        var fencing = _fences.RunAsync(later.Token); // before the replay, which may hand it more than it has room for
        await ReplayAsync(stop).ConfigureAwait(false);
        var keeping = _positions.RunAsync(later.Token);
        var answering = _receipts.RunAsync(later.Token);
        await _sources.RunAsync(_ => _dedupe, _judge, _receipts, [dispatching, fencing, writing, keeping, .. watching, .. governing], stop).ConfigureAwait(false);
        _queue.Writer.Complete();
        giveUp.CancelAfter(TimeSpan.FromSeconds(2));
        await dispatching.ConfigureAwait(false);
        await later.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([fencing, .. watching, .. governing]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(keeping, answering).ConfigureAwait(false);
        await last.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        await _sources.Ended.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var governor in _governors) governor.Dispose();
        foreach (var cache in _caches) cache.Dispose();
        _dispatcher.Dispose();
        _positions.Dispose();
        _page.Dispose();
        _meters.Dispose();
        await _journal.DisposeAsync().ConfigureAwait(false);
    }

    private static Task RunWatcher(Cache cache, CancellationToken stop)
        => Task.Factory.StartNew(() => cache.Watcher.Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Arms again what a response may still land for; before the first scan, which then meets it.</summary>
    private void Rearm()
    {
        foreach (var applied in _journal.Replay.Recent)
        {
            _dedupe.Restore(applied.Id, applied.Report);
            if (applied.Message.IsEmpty || applied.FenceUntil <= applied.Received) continue;
            if (_judge.TryReadmit(applied.Message, applied.Id, applied.Source, out var message, out _) && !message.DryRun)
                _rearmed.Add(_applier.Rearm(message, applied.Received));
        }
    }

    private readonly List<IReadOnlyList<ArmedMessage>> _rearmed = [];

    private async Task ReplayAsync(CancellationToken stop)
    {
        foreach (var armed in _rearmed) await _fences.KeepAsync(armed, stop).ConfigureAwait(false);
        _rearmed.Clear();
        foreach (var owed in _journal.Replay.Unapplied)
        {
            if (!_judge.TryReadmit(owed.Message, owed.Id, owed.Source, out var message, out var refusal))
            {
                await _journal.AppendAsync(new RejectedRecord(owed.Id, _clock.GetUtcNow(), owed.Source, refusal.Reason.ToString(), refusal.Message), stop).ConfigureAwait(false);
                continue;
            }

            if (!_dedupe.TryBegin(owed.Id, out _)) continue;
            _dedupe.MarkDurable(owed.Id);
            await _queue.Writer.WriteAsync(new Admitted(message, owed.Message, owed.Source, owed.At, null, Redelivers: false), stop).ConfigureAwait(false);
        }

        _journal.ReleaseReplay();
    }

    private void Measure()
    {
        Governing.Measure(_meters);
        _meters.Gauge("towncrier_index_entries", "Files in the index.", () => Each(cache => cache.Index.Count));
        _meters.Gauge("towncrier_index_bytes", "Memory the index holds.", () => Each(cache => cache.Index.Bytes));
        _meters.Gauge("towncrier_index_ready", "1 when every file of the cache is indexed and watched.", () => Each(cache => cache.Watcher.Coverage.IsCovered && cache.Watcher.Trouble is null ? 1 : 0));
        _meters.Gauge("towncrier_armed_invalidations", "Invalidations that responses are still checked against.", () => Each(cache => cache.Armed));
        _meters.Counter("towncrier_inotify_overflows_total", "Times the kernel dropped events and the cache was scanned again.", () => Each(cache => cache.Watcher.Overflows));
        _meters.Counter("towncrier_inotify_events_total", "File events handled.", () => Each(cache => cache.Watcher.Events));
        _meters.Counter("towncrier_skipped_files_total", "Names below the cache that were not indexed, by reason; each scan counts them again.", Skipped);
        _meters.Counter("towncrier_armed_dropped_total", "Armed invalidations forgotten early because there were too many.", () => Each(cache => cache.ArmedDropped));
    }

    private IEnumerable<Measurement<long>> Skipped()
        => from cache in _caches
           from skip in cache.Watcher.Skipped.All
           select new Measurement<long>(skip.Count, new("cache", cache.Root.Path), new("reason", SkipReasons.Name(skip.Reason)));

    private IEnumerable<Measurement<long>> Each(Func<Cache, long> read)
        => _caches.Select(cache => new Measurement<long>(read(cache), new KeyValuePair<string, object?>("cache", cache.Root.Path)));
}
