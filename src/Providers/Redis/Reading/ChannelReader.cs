using System.Globalization;
using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>
/// Reads pub/sub channels, as fast as they come, until the memory for it is full. Redis keeps nothing for us, so each
/// time we were away is a gap, and so is the time since an earlier run.
/// </summary>
internal sealed class ChannelReader(RedisSourceOptions options, Dialer dialer, Outbox outbox, TimeProvider clock) : IKeeper
{
    private static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(1);

    private readonly Room _room = new(options.MaxBufferedBytes);
    private readonly UnsettledTimes _unsettled = new();
    private readonly List<string> _labels = [.. options.Channels.Select(RedisSource.LabelOf)];
    private DateTimeOffset? _good;  // nothing that was sent before is missing; null before the first connection
    private DateTimeOffset _kept;
    private bool _isWaiting;        // for room: the link is not read, and its silence says nothing

    /// <summary>One connection, until it is lost or <paramref name="stop"/>.</summary>
    public async Task RunAsync(ISourceContext context, CancellationToken stop)
    {
        var link = await dialer.DialAsync(null, stop).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            var subscription = new Subscription(options.Channels, link, options.ReadTimeout, clock);
            await subscription.BeginAsync(stop).ConfigureAwait(false);
            await ConnectedAsync(context, clock.GetUtcNow(), stop).ConfigureAwait(false);
            subscription.ForgiveSilence(); // a gap may have taken long to deal with
            try
            {
                await Together.RunAsync(stop, end => ReadAsync(context, subscription, end), end => BeatAsync(context, link, subscription, end)).ConfigureAwait(false);
            }
            finally
            {
                Keep(context);
            }
        }
    }

    public void Settle(Message message)
    {
        _unsettled.Remove(message);
        _room.Free(message.Cost);
    }

    private async Task ConnectedAsync(ISourceContext context, DateTimeOffset now, CancellationToken stop)
    {
        foreach (var label in _labels)
        {
            var earlier = _good is null ? context.PositionOf(label) : null;
            if (_good is not null || earlier is not null)
            {
                var since = _good ?? (DateTimeOffset.TryParseExact(earlier, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var last) ? last : null);
                var reason = _good is null ? "the agent was not running; pub/sub keeps nothing for it" : "the connection was lost; pub/sub keeps nothing meanwhile";
                await context.GapAsync(new Gap(label, since, now, reason), stop).ConfigureAwait(false);
            }
        }

        _good = now;
        Keep(context);
        foreach (var label in _labels) context.Connected(label);
    }

    private async Task ReadAsync(ISourceContext context, Subscription subscription, CancellationToken stop)
    {
        while (true)
        {
            if (_room.Left <= 0)
            {
                Volatile.Write(ref _isWaiting, true);
                await _room.WaitAsync(stop).ConfigureAwait(false);
                subscription.ForgiveSilence();
                Volatile.Write(ref _isWaiting, false);
            }

            var (channel, body) = await subscription.NextAsync(stop).ConfigureAwait(false);
            var label = RedisSource.LabelOf(channel);
            if (body.Kind == RespKind.Skipped)
            {
                context.Refused(label, Oversized.Of(body, subscription.MaxBytes));
                continue;
            }

            var message = new Message(this, label, body.Bytes) { Arrived = clock.GetUtcNow() };
            _room.Take(message.Cost);
            _unsettled.Add(message);
            outbox.Add(message);
        }
    }

    private async Task BeatAsync(ISourceContext context, RedisConnection link, Subscription subscription, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.Heartbeat / 2, clock);
        for (var ticked = clock.GetTimestamp(); await timer.WaitForNextTickAsync(stop).ConfigureAwait(false); ticked = clock.GetTimestamp())
        {
            // When this process stood still, the silence was ours: what came meanwhile waits to be read.
            var stoodStill = clock.GetElapsedTime(ticked) >= options.ReadTimeout - options.Heartbeat / 2;
            if (stoodStill) subscription.ForgiveSilence();
            if (stoodStill || Volatile.Read(ref _isWaiting)) continue;
            if (subscription.Silence >= options.ReadTimeout)
                throw new IOException($"Redis at {link.Where} has not answered for {subscription.Silence.TotalSeconds:0.#} s; the connection is given up");
            _good = subscription.GoodSince ?? _good;
            await subscription.PingAsync(options.Heartbeat, stop).ConfigureAwait(false);
            if (_good - _kept >= KeepEvery) Keep(context);
        }
    }

    // What is in memory only is lost with it: the time kept is never after the oldest message that is not settled.
    private void Keep(ISourceContext context)
    {
        if (_good is not { } good) return;
        _kept = _unsettled.Oldest is { } oldest && oldest < good ? oldest : good;
        var time = _kept.ToString("O", CultureInfo.InvariantCulture);
        foreach (var label in _labels) context.Keep(label, time);
    }
}
