using System.Diagnostics.Metrics;

namespace Towncrier.Agent.Observing;

/// <summary>What a relay counts beside what every reader of sources does.</summary>
internal sealed class RelayMeters(Meters meters)
{
    private readonly Counter<long> _sent = meters.Meter.CreateCounter<long>(
        "towncrier_relay_sends_total", null, "Messages to a target by result (sent, duplicate, unheard: nobody was subscribed, refused, failed: tried again).");

    private readonly Histogram<double> _relay = meters.Meter.CreateHistogram<double>(
        "towncrier_relay_seconds", "s", "From a message's arrival until every target of its routes has it.");

    public void Sent(string target, string result) => _sent.Add(1, new("target", target), new("result", result));

    public void Relayed(TimeSpan elapsed) => _relay.Record(elapsed.TotalSeconds);

    /// <summary>Shows each target before its first message, so that the first is seen as a change.</summary>
    public void Begin(IEnumerable<string> targets)
    {
        foreach (var target in targets) _sent.Add(0, new("target", target), new("result", "sent"));
    }
}
