using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Journaling;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Receiving;

/// <summary>All sources of an agent or a relay: what is known of each, and the loops that read them into one queue.</summary>
internal sealed class SourceSet(
    IReadOnlyList<SourceSetup> sources, PositionKeeper positions, ChannelWriter<Admitted> to, Meters meters, TimeProvider clock, ILogger logger)
{
    private readonly SourceContext[] _contexts = [.. sources.Select(source => new SourceContext(source.Source, source.OnGap, positions, to, meters, clock, logger))];

    /// <summary>How every channel is doing now.</summary>
    public IReadOnlyList<ChannelState> Channels => [.. _contexts.SelectMany(context => context.Channels)];

    /// <summary>A line for each channel that has not been connected since the start.</summary>
    public IEnumerable<string> Unready => Channels.Where(channel => !channel.WasConnected).Select(channel => $"{channel.Channel}: {channel.Trouble ?? "not connected yet"}");

    /// <summary>Shows the sources' series before their first event.</summary>
    public void Measure()
    {
        meters.Gauge("towncrier_source_connected", "1 when whatever is sent to the source now arrives.", () => Each(channel => channel.Connected ? 1 : 0));
        meters.Counter("towncrier_gaps_total", "Times in which messages of a source may have been lost.", () => Each(channel => channel.Gaps));
        meters.Begin(sources.SelectMany(source => source.Source.Channels));
    }

    /// <summary>
    /// Reads all until <paramref name="stop"/>. The <paramref name="others"/> do not end before the sources do: one that
    /// fails is a bug, and a process without it would only look alive.
    /// </summary>
    /// <param name="dedupeOf">The window for the ids of a source.</param>
    public async Task RunAsync(Func<SourceSetup, DedupeWindow> dedupeOf, Judge judge, ReceiptSender receipts, IReadOnlyList<Task> others, CancellationToken stop)
    {
        using var taken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var taking = sources.Select((source, i) => new Intake(
            source.Source, _contexts[i], judge, dedupeOf(source), to, receipts, meters, clock, new Random(), logger).RunAsync(taken.Token)).ToList();
        var left = taking.ToList();
        while (left.Count > 0)
        {
            var first = await Task.WhenAny([.. left, .. others]).ConfigureAwait(false);
            if (!left.Remove(first)) await first.ConfigureAwait(false);
            if (first.IsFaulted) await taken.CancelAsync().ConfigureAwait(false);
        }

        Ended = Task.WhenAll(taking);
    }

    /// <summary>How the sources ended; to be awaited once everything else has. A <see cref="GapStopException"/> is the operator's wish.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    private IEnumerable<Measurement<long>> Each(Func<ChannelState, long> read)
        => Channels.Select(channel => new Measurement<long>(read(channel), new KeyValuePair<string, object?>("source", channel.Channel)));
}
