using Microsoft.Extensions.Logging;
using Towncrier.Agent.Receiving;
using Towncrier.Store.Observing;
using Towncrier.Wire;

namespace Towncrier.Store.Cluster;

/// <summary>
/// Hears where other nodes are and what they store, and hands it on; where announcements may have been lost, theirs or on the
/// way, it says so. The channel is read no faster than what it brings is taken.
/// </summary>
internal sealed class Listener(string node, IInvalidationSource source, IReadOnlyList<string>? peers, Presence presence, TimeProvider clock, Random random, ILogger logger) : ISourceContext
{
    private readonly PeerAddresses _allowed = new(peers);
    private readonly Roll _peers = new();

    /// <summary>Takes each object that a node says it has stored.</summary>
    public Func<Uri, SharedObject, CancellationToken, ValueTask>? Stored { get; set; }

    /// <summary>Told of each node that is heard of for the first time.</summary>
    public Action<Uri>? Joined { get; set; }

    /// <summary>Told that what a node has stored lately may have been missed.</summary>
    public Action<Uri>? Missed { get; set; }

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
    void ISourceContext.Connected(string channel)
    {
        presence.Ask();
        MissedAll();
    }

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
            if (Notice.Decode(message.Body.Span) is { } notice && notice.Node != node) await TakeAsync(notice, stop).ConfigureAwait(false);
        await delivery.CompleteAsync(new InvalidationReport { Id = "notice", State = InvalidationState.Applied }, stop).ConfigureAwait(false);
    }

    private async Task TakeAsync(Notice notice, CancellationToken stop)
    {
        if (!_allowed.IsAllowed(notice.Address))
        {
            StoreLog.PeerNotAllowed(logger, notice.Node, notice.Address);
            return;
        }

        if (_peers.TryAdd(notice.Node, notice.Address)) Joined?.Invoke(notice.Address);
        if (notice.Asks) presence.Answer();
        if (notice.Lost) Missed?.Invoke(notice.Address);
        if (Stored is not { } take) return;
        foreach (var stored in notice.Objects ?? []) await take(notice.Address, stored, stop).ConfigureAwait(false);
    }

    private void MissedAll()
    {
        foreach (var address in _peers.All) Missed?.Invoke(address);
    }
}
