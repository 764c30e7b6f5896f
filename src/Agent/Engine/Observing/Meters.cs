using System.Diagnostics.Metrics;
using Towncrier.Wire;

namespace Towncrier.Agent.Observing;

/// <summary>Everything the agent counts. Names are what the metrics page shows; units are in them, as Prometheus has it.</summary>
internal sealed class Meters : IDisposable
{
    public const string Name = "Towncrier";

    private readonly Meter _meter;
    private readonly Counter<long> _invalidations;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _refusedValues;
    private readonly Counter<long> _purged;
    private readonly Counter<long> _receipts;
    private readonly Counter<long> _targets;
    private readonly Histogram<double> _apply;
    private readonly Histogram<double> _lag;

    public Meters()
    {
        _meter = new Meter(Name);
        _invalidations = _meter.CreateCounter<long>("towncrier_invalidations_total", null, "Invalidations by source, command and result (applied, relayed, failed, duplicate, looped, skipped, abandoned, refused).");
        _refusals = _meter.CreateCounter<long>("towncrier_refusals_total", null, "Messages refused, by source and reason.");
        _refusedValues = _meter.CreateCounter<long>("towncrier_refused_values_total", null, "Values refused in messages of which others were applied, by source and command.");
        _purged = _meter.CreateCounter<long>("towncrier_purged_entries_total", null, "Cache files purged, by mode.");
        _receipts = _meter.CreateCounter<long>("towncrier_receipts_total", null, "Receipts by result (sent, dropped).");
        _targets = _meter.CreateCounter<long>("towncrier_target_values_total", null, "Values sent to targets, by target and result (applied, failed).");
        _apply = _meter.CreateHistogram<double>("towncrier_apply_seconds", "s", "From a message's arrival until it is applied.");
        _lag = _meter.CreateHistogram<double>("towncrier_invalidation_lag_seconds", "s", "From the sender's time of issue to the message's arrival.");
    }

    /// <summary>This agent's or relay's own: tells its instruments from another's.</summary>
    public Meter Meter => _meter;

    public void Invalidation(string source, InvalidationCommand command, string result)
        => _invalidations.Add(1, Tag("source", source), Tag("command", CommandNames.Of(command)), Tag("result", result));

    public void Refused(string source, RefusalReason reason)
    {
        _refusals.Add(1, Tag("source", source), Tag("reason", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString())));
        _invalidations.Add(1, Tag("source", source), Tag("command", ""), Tag("result", "refused"));
    }

    public void RefusedValues(string source, InvalidationCommand command, int count)
        => _refusedValues.Add(count, Tag("source", source), Tag("command", CommandNames.Of(command)));

    public void Receipt(string result, int count = 1)
    {
        if (count > 0) _receipts.Add(count, Tag("result", result));
    }

    public void Target(TargetReport report)
    {
        _targets.Add(report.Applied, Tag("target", report.Target), Tag("result", "applied"));
        _targets.Add(report.Failures.Count, Tag("target", report.Target), Tag("result", "failed"));
    }

    /// <summary>Shows the series that alerts are made of before their first event, so that the first is seen as a change.</summary>
    public void Begin(IEnumerable<string> sources)
    {
        foreach (var source in sources)
            foreach (var command in Enum.GetValues<InvalidationCommand>())
                _invalidations.Add(0, Tag("source", source), Tag("command", CommandNames.Of(command)), Tag("result", "applied"));
    }

    /// <summary>As <see cref="Begin"/>, for what only an agent does.</summary>
    public void BeginPurging()
    {
        foreach (var mode in Enum.GetValues<PurgeMode>()) Purged(mode, 0);
    }

    public void Purged(PurgeMode mode, long files) => _purged.Add(files, Tag("mode", Lower(mode)));

    public void Applied(TimeSpan elapsed) => _apply.Record(elapsed.TotalSeconds);

    /// <summary>Clocks differ: a lag below zero is one of nothing.</summary>
    public void Lag(TimeSpan lag) => _lag.Record(Math.Max(0, lag.TotalSeconds));

    /// <summary>A value that is read when the page is asked for.</summary>
    public void Gauge(string name, string description, Func<IEnumerable<Measurement<long>>> read)
        => _meter.CreateObservableGauge(name, read, null, description);

    /// <summary>As <see cref="Gauge"/>, for one that only grows.</summary>
    public void Counter(string name, string description, Func<IEnumerable<Measurement<long>>> read)
        => _meter.CreateObservableCounter(name, read, null, description);

    public void Dispose() => _meter.Dispose();

    private static string Lower(PurgeMode mode) => mode == PurgeMode.Soft ? "soft" : "hard";

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
