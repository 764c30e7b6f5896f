using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Towncrier.Host.Warming;

/// <summary>Counts what became of the objects of a warm-up, for its log line and the metrics. Safe for any thread.</summary>
internal sealed class WarmTally
{
    private readonly long[] _counts = new long[Enum.GetValues<WarmResult>().Length];
    private readonly Counter<long> _objects;

    public WarmTally(Meter meter)
        => _objects = meter.CreateCounter<long>("towncrier_warm_objects_total", null, "Objects that peers have, by what became of them here (placed, fetched, here, gone, invalidated, invalid, skipped, no_space, failed).");

    /// <summary>Put in place or fetched.</summary>
    public long Warmed => this[WarmResult.Placed] + this[WarmResult.Fetched];

    public long All => Enum.GetValues<WarmResult>().Sum(result => this[result]);

    public long this[WarmResult result] => Interlocked.Read(ref _counts[(int)result]);

    public void Add(WarmResult result)
    {
        Interlocked.Increment(ref _counts[(int)result]);
        _objects.Add(1, new KeyValuePair<string, object?>("result", Word(result)));
    }

    /// <summary>The rest of the log line: what was neither placed nor fetched.</summary>
    public string Rest() => string.Concat(Enum.GetValues<WarmResult>().Where(result => result > WarmResult.Fetched && this[result] > 0).Select(result => $", {Word(result).Replace('_', ' ')} {this[result]}"));

    private static string Word(WarmResult result) => JsonNamingPolicy.SnakeCaseLower.ConvertName(result.ToString());
}
