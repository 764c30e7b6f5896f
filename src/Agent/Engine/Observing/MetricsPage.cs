using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Towncrier.Agent.Observing;

/// <summary>
/// Collects one agent's meters and writes them in Prometheus' text format, version 0.0.4. Listens from its creation on;
/// series are as many as there are sources, commands and results, so bounded by what is configured.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private static readonly double[] Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly object _scope;

    /// <param name="scope">Only this <see cref="Meters"/>' measurements count: several agents may run in one process.</param>
    public MetricsPage(Meters scope)
    {
        _scope = scope.Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, _scope)) return;
            lock (_lock) _families[instrument.Name] = new Family(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var page = new StringBuilder();
        lock (_lock)
        {
            foreach (var (name, family) in _families) family.Write(name, page);
        }

        return page.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_lock)
        {
            _families[instrument.Name].Take(labels, value);
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            var escaped = (value?.ToString() ?? "").Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(name).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private sealed class Series
    {
        public double Value { get; set; }

        public long Count { get; set; }

        public long[] Below { get; } = new long[Buckets.Length];
    }

    private sealed class Family(Instrument instrument)
    {
        private readonly bool _histogram = instrument is Histogram<double>;
        private readonly bool _gauge = instrument is ObservableGauge<long>;
        private readonly bool _absolute = instrument.IsObservable;
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

        public void Take(string labels, double value)
        {
            if (!_series.TryGetValue(labels, out var series)) _series[labels] = series = new Series();
            series.Value = _absolute ? value : series.Value + value;
            series.Count++;
            for (var i = 0; _histogram && i < Buckets.Length; i++)
                if (value <= Buckets[i]) series.Below[i]++;
        }

        public void Write(string name, StringBuilder page)
        {
            if (_histogram && _series.Count == 0) _series[""] = new Series();
            page.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description).Append('\n');
            page.Append("# TYPE ").Append(name).Append(_histogram ? " histogram\n" : _gauge ? " gauge\n" : " counter\n");
            foreach (var (labels, series) in _series)
            {
                if (_histogram) WriteHistogram(name, labels, series, page);
                else Line(page, name, labels, series.Value);
            }
        }

        private static void WriteHistogram(string name, string labels, Series series, StringBuilder page)
        {
            var lead = labels.Length == 0 ? "" : labels + ",";
            for (var i = 0; i < Buckets.Length; i++)
                Line(page, name + "_bucket", $"{lead}le=\"{Buckets[i].ToString(CultureInfo.InvariantCulture)}\"", series.Below[i]);
            Line(page, name + "_bucket", lead + "le=\"+Inf\"", series.Count);
            Line(page, name + "_sum", labels, series.Value);
            Line(page, name + "_count", labels, series.Count);
        }

        private static void Line(StringBuilder page, string name, string labels, double value)
        {
            page.Append(name);
            if (labels.Length > 0) page.Append('{').Append(labels).Append('}');
            page.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}
