using System.Diagnostics.Metrics;
using Towncrier.Store.Cluster;

namespace Towncrier.Store.Observing;

/// <summary>What the store counts beside its agent, on the agent's meter.</summary>
internal sealed class StoreMeters
{
    private readonly Counter<long> _puts;
    private readonly Counter<long> _reads;
    private readonly Counter<long> _pulls;

    public StoreMeters(Meter meter, Func<int> waiting)
    {
        _puts = meter.CreateCounter<long>("towncrier_store_puts_total", null, "Puts by outcome (stored, invalidated, busy, too_large, expired, no_space, failed).");
        _reads = meter.CreateCounter<long>("towncrier_store_reads_total", null, "Reads by result (hit, miss).");
        _pulls = meter.CreateCounter<long>("towncrier_cluster_pulls_total", null, "Objects that peers have, by what became of them here (pulled, here, gone, invalid, no_space, failed).");
        meter.CreateObservableGauge("towncrier_store_puts_waiting", waiting, null, "Puts that wait for a worker.");
    }

    public void Put(PutOutcome outcome) => _puts.Add(1, new KeyValuePair<string, object?>("outcome", Words(outcome.ToString())));

    public void Read(bool isHit) => _reads.Add(1, new KeyValuePair<string, object?>("result", isHit ? "hit" : "miss"));

    public void Pull(PullResult result) => _pulls.Add(1, new KeyValuePair<string, object?>("result", Words(result.ToString())));

    private static string Words(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
