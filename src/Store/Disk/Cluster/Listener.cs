using Microsoft.Extensions.Logging;
using Towncrier.Agent.Receiving;
using Towncrier.Store.Observing;
using Towncrier.Wire;

namespace Towncrier.Store.Cluster;

/// <summary>
/// Hears where other nodes are and what they store, and hands it on; where announcements may have been lost, theirs or on the
/// way, it says so as soon as the node is heard of again. Whoever is told must not keep it waiting.
/// </summary>
internal sealed class Listener(Self node, IInvalidationSource source, IReadOnlyList<string>? peers, Presence presence, TimeProvider clock, Random random, ILogger logger) : ISourceContext
{
    private readonly PeerAddresses _allowed = new(peers);
    private readonly Roll _peers = new();
    private readonly Roll _refused = new();

    /// <summary>Told of each notice of another node that may be fetched from, and of what it says of that node.</summary>
    public Action<Notice, Heard>? Told { get; set; }

    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(ReconnectPolicy.Default);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var delivery in source.ReadAsync(this, stop).ConfigureAwait(false))
                {
                    backoff.MarkSuccess();
                    await HearAsync(delivery, stop).ConfigureAwait(false);
                }

                return;
            }
            catch (IOException e)
            {
                backoff.MarkFailure();
                var delay = backoff.NextDelay(random);
                StoreLog.ListeningFails(logger, source.Name, delay, e.Message);
                await Task.Delay(delay, clock, stop).ConfigureAwait(false);
            }
        }
    }

    string? ISourceContext.PositionOf(string channel) => null;

    void ISourceContext.Keep(string channel, string position)
    {
    }

    // Without a place in the channel, each connection begins with a gap.
    void ISourceContext.Connected(string channel) => MissedAll();

    ValueTask ISourceContext.GapAsync(Gap gap, CancellationToken cancel)
    {
        MissedAll();
        return ValueTask.CompletedTask;
    }

    void ISourceContext.Refused(string channel, Refusal refusal) => StoreLog.NoticeRefused(logger, channel, refusal.Message);

    private async Task HearAsync(Delivery delivery, CancellationToken stop)
    {
        if (!EnvelopeChain.TryOpen(delivery.Body, delivery.Headers, WireLimits.Default, out var messages, out var refusal))
        {
            StoreLog.NoticeRefused(logger, delivery.Source, refusal.Message);
            await delivery.RejectAsync(refusal, stop).ConfigureAwait(false);
            return;
        }

        foreach (var message in messages)
            if (Notice.Decode(message.Body.Span) is { } notice && !node.IsIn(notice)) Take(notice);
        await delivery.CompleteAsync(new InvalidationReport { Id = "notice", State = InvalidationState.Applied }, stop).ConfigureAwait(false);
    }

    private void Take(Notice notice)
    {
        if (!_allowed.IsAllowed(notice.Address))
        {
            if (_refused.Hear(notice with { Run = 0 }) != Heard.Known) StoreLog.PeerNotAllowed(logger, notice.Node, notice.Address);
            return;
        }

        var heard = _peers.Hear(notice);
        if (notice.Asks) presence.Answer();
        Told?.Invoke(notice, heard);
    }

    private void MissedAll()
    {
        _peers.MissAll();
        presence.Ask();
    }
}
