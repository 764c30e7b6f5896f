using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Journaling;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Receiving;
using Towncrier.Agent.Relaying;

namespace Towncrier.Agent;

/// <summary>
/// A relay: sources to one side, publishers to the other. A message is settled at its source once every target of its
/// routes has it. Nothing runs before <see cref="RunAsync"/>.
/// </summary>
public sealed class MessageRelay : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly Journal _journal;
    private readonly Meters _meters = new();
    private readonly MetricsPage _page;
    private readonly RelayMeters _relayMeters;
    private readonly Judge _judge;
    private readonly PositionKeeper _positions;
    private readonly RelayInlet[] _inlets;
    private readonly Dictionary<string, RelayInlet> _inletOfChannel;
    private readonly Outlet[] _outlets;
    private readonly RouteTable _routes;
    private readonly SourceSet _sources;
    private readonly ReceiptSender _noReceipts;
    private readonly Forwarder _forwarder;
    private readonly Channel<Admitted> _queue = Channel.CreateBounded<Admitted>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.Wait });

    private MessageRelay(RelaySetup setup, Journal journal, TimeProvider clock, ILogger logger)
    {
        (_clock, _journal) = (clock, journal);
        _page = new MetricsPage(_meters);
        _relayMeters = new RelayMeters(_meters);
        _judge = new Judge(setup.Limits, setup.Admission with { ForEveryAudience = true }, clock);
        _positions = new PositionKeeper(journal, clock);
        _inlets = [.. setup.Sources.Select(source => new RelayInlet(source, clock))];
        _inletOfChannel = (from inlet in _inlets from channel in inlet.Source.Source.Channels select (inlet, channel)).ToDictionary(both => both.channel, both => both.inlet, StringComparer.Ordinal);
        _outlets = [.. setup.Targets.Select(target => new Outlet(target, setup.Limits, _relayMeters, clock, new Random(), logger))];
        _routes = new RouteTable(setup, _outlets, clock);
        _sources = new SourceSet([.. setup.Sources.Select(source => new SourceSetup(source.Source, source.OnGap))], _positions, _queue.Writer, _meters, clock, logger);
        _noReceipts = new ReceiptSender(null, setup.Name, _meters, clock, new Random(), logger);
        _forwarder = new Forwarder(_queue.Reader, _routes, channel => _inletOfChannel[channel], journal, _meters, _relayMeters, clock, logger);
        Looking = new RelayView(_sources, _outlets, ReportOf);
        Measure();
    }

    /// <summary>What the relay knows, for people and programs that ask.</summary>
    public RelayView Looking { get; }

    /// <summary>Opens the journal; nothing else yet.</summary>
    /// <exception cref="IOException">The state directory cannot be used, or another process uses it.</exception>
    public static MessageRelay Open(RelaySetup setup, TimeProvider clock, ILogger logger)
        => new(setup, Journal.Open(setup.StateDirectory, new JournalOptions(), clock, logger), clock, logger);

    /// <summary>The metrics in Prometheus' text format.</summary>
    public string Metrics() => _page.Write();

    /// <summary>Counts what a source refused by itself, before it was a message.</summary>
    public void NoteRefused(string source, Refusal refusal) => _meters.Refused(source, refusal.Reason);

    /// <summary>
    /// Runs until <paramref name="stop"/>; then takes in nothing more, sends what it can within two seconds, and returns.
    /// What is left is given back to its source, or is in the journal.
    /// </summary>
    /// <exception cref="GapStopException">A source told a gap, and the operator wants the relay to end then.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var later = new CancellationTokenSource();
        using var last = new CancellationTokenSource();
        using var giveUp = new CancellationTokenSource();
        var writing = _journal.RunAsync(last.Token);
        var forwarding = _forwarder.RunAsync(giveUp.Token);
        await ReplayAsync(stop).ConfigureAwait(false);
        var keeping = _positions.RunAsync(later.Token);
        await _sources.RunAsync(setup => _inletOfChannel[setup.Source.Channels[0]].Dedupe, _judge, _noReceipts, [forwarding, writing, keeping], stop).ConfigureAwait(false);
        _queue.Writer.Complete();
        giveUp.CancelAfter(TimeSpan.FromSeconds(2));
        await forwarding.ConfigureAwait(false);
        await later.CancelAsync().ConfigureAwait(false);
        await keeping.ConfigureAwait(false);
        await last.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        await _sources.Ended.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _forwarder.Dispose();
        foreach (var outlet in _outlets) outlet.Dispose();
        _positions.Dispose();
        _page.Dispose();
        _meters.Dispose();
        await _journal.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What was sent before the restart is known; what was taken over and not sent is sent now.</summary>
    private async Task ReplayAsync(CancellationToken stop)
    {
        foreach (var applied in _journal.Replay.Recent)
        {
            if (!_inletOfChannel.TryGetValue(applied.Source, out var inlet) || inlet.IdOf(applied.Id) is not { } id) continue;
            inlet.Dedupe.Restore(id, applied.Report with { Id = id });
            foreach (var target in applied.Report.Targets) _outlets.FirstOrDefault(outlet => outlet.Name == target.Target)?.Remember(id);
        }

        foreach (var owed in _journal.Replay.Unapplied) await TakeUpAsync(owed, stop).ConfigureAwait(false);
        _journal.ReleaseReplay();
    }

    private async Task TakeUpAsync(AcceptedRecord owed, CancellationToken stop)
    {
        var refusal = new Refusal(RefusalReason.NotAllowed, "the relay's configuration no longer has its source");
        var inlet = _inletOfChannel.GetValueOrDefault(owed.Source);
        if (inlet?.IdOf(owed.Id) is not { } id || !_judge.TryReadmit(owed.Message, id, owed.Source, out var message, out refusal))
        {
            await _journal.AppendAsync(new RejectedRecord(owed.Id, _clock.GetUtcNow(), owed.Source, refusal.Reason.ToString(), refusal.Message), stop).ConfigureAwait(false);
            return;
        }

        if (!inlet.Dedupe.TryBegin(id, out _)) return;
        inlet.Dedupe.MarkDurable(id);
        await _queue.Writer.WriteAsync(new Admitted(message, owed.Message, owed.Source, owed.At, null, Redelivers: false), stop).ConfigureAwait(false);
    }

    private InvalidationReport? ReportOf(string id)
        => _inlets.Select(inlet => inlet.Dedupe.TryGet(id, out var report) ? report : null).FirstOrDefault(report => report is not null);

    private void Measure()
    {
        _sources.Measure();
        _relayMeters.Begin(_outlets.Select(outlet => outlet.Name));
        _meters.Gauge("towncrier_relay_waiting", "Messages that wait for a target or are being sent there.", () => Each(target => target.Waiting));
        _meters.Gauge("towncrier_relay_target_up", "0 when the target did not take the last message.", () => Each(target => target.Trouble is null ? 1 : 0));
    }

    private IEnumerable<Measurement<long>> Each(Func<TargetState, long> read)
        => Looking.Targets().Select(target => new Measurement<long>(read(target), new KeyValuePair<string, object?>("target", target.Name)));
}
