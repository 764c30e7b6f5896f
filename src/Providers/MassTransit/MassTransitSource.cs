using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Towncrier.Providers.MassTransit.Reading;
using Towncrier.Providers.MassTransit.Wire;

namespace Towncrier.Providers.MassTransit;

/// <summary>
/// Invalidations over RabbitMQ, as MassTransit's applications publish them, or anybody who publishes JSON to the same
/// exchange. A durable endpoint goes on where it was; a temporary one has only what is published while it is connected.
/// Messages come in no particular order.
/// </summary>
public sealed class MassTransitSource : IInvalidationSource
{
    private static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly MassTransitSourceOptions _options;
    private readonly TimeProvider _clock;
    private readonly RabbitHost _host;
    private readonly SkippedQueue _skipped;
    private readonly Inbox _inbox;
    private readonly string _label;
    private DateTimeOffset? _good;   // nothing that was sent before is missing; null before the first connection
    private bool _wasRemade;         // the queue, since the last gap was told: what was in it is lost

    /// <param name="options">Without <see cref="MassTransitSourceOptions.Problems"/>.</param>
    /// <param name="random">Spreads redeliveries; used by this source alone.</param>
    public MassTransitSource(MassTransitSourceOptions options, TimeProvider clock, Random random)
    {
        (_options, _clock) = (options, clock);
        var isDurable = options.Endpoint == EndpointKind.Durable;
        _host = new RabbitHost(options.Address, options.Password, options.Heartbeat, ConnectTimeout);
        _skipped = new SkippedQueue(options.Queue + (isDurable ? "_skipped" : "-temporary_skipped"), options.Expires, isDurable);
        _label = ChannelOf(options);
        _inbox = new Inbox(_label, keeps: !isDurable, options.Window, _skipped.TryBuryAsync, clock, random);
        Channels = [_label];
        Traits = new SourceTraits(Settles: true, Replays: isDurable);
    }

    public string Name => "masstransit";

    public IReadOnlyList<string> Channels { get; }

    public SourceTraits Traits { get; }

    /// <summary>The channel of a source with these options.</summary>
    public static string ChannelOf(MassTransitSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return LabelOf(options.Queue);
    }

    /// <summary>Where such a source hears what is published.</summary>
    public static string PlaceOf(MassTransitSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Address.Place(options.Exchange);
    }

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        var prefetch = await RoomAsync(stop).ConfigureAwait(false);
        _inbox.Open(context);
        var queue = QueueName();
        var session = Session.Build(_options, _host, _inbox, _skipped, queue, prefetch, _clock);
        await using var closing = session.ConfigureAwait(false);
        try
        {
            await session.OpenAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            _wasRemade |= session.Watch.QueueIsNew; // also when it went no further: the next link finds the queue there
        }

        var connected = _clock.GetUtcNow();
        if (GapBefore(context, connected) is { } gap) await context.GapAsync(gap, stop).ConfigureAwait(false);
        (_good, _wasRemade) = (connected, false);
        Keep(context, connected);
        context.Connected(_label);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var keeping = KeepAsync(context, end.Token);
        new LinkPulse(session.Watch, queue, _options.Heartbeat, _clock).Run(end.Token);
        try
        {
            while (true)
            {
                if (session.Watch.Lost.IsCompleted) throw await session.Watch.Lost.ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
                if (_inbox.TryTake(out var delivery)) yield return delivery;
                else await Task.WhenAny(session.Watch.Lost, _inbox.Outbox.WaitAsync(end.Token)).ConfigureAwait(false); // a lost link may be all that ever comes
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _wasRemade |= session.Watch.QueueWasDeleted;
            _good = session.Watch.Lost.IsCompleted ? LastSign(connected, session.Watch.LostAt) : _clock.GetUtcNow();
            Keep(context, _good.Value);
        }
    }

    internal static string LabelOf(string queue) => "masstransit:" + queue;

    // A queue of one connection has a name of its own: that of a connection which the broker still believes in is locked.
    private string QueueName() =>
        _options.Endpoint == EndpointKind.Durable ? _options.Queue : $"{_options.Queue}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    // What a temporary endpoint has kept over a reconnect takes part of the window.
    private async Task<int> RoomAsync(CancellationToken stop)
    {
        while (_inbox.Outbox.Count > _options.Window / 2) await _inbox.Outbox.WaitAsync(stop).ConfigureAwait(false);
        return _options.Window - _inbox.Outbox.Count;
    }

    private Gap? GapBefore(ISourceContext context, DateTimeOffset now)
    {
        var since = _good ?? Seen.Parse(context.PositionOf(_label));
        if (since is null) return null; // nothing was ever read here: nothing is missed
        var reason = _options.Endpoint == EndpointKind.Temporary
            ? _good is null ? "the agent was not running; a temporary endpoint keeps nothing for it" : "the connection was lost; a temporary endpoint keeps nothing meanwhile"
            : _wasRemade ? $"the queue was gone, deleted or not read for {_options.Expires.TotalHours:0.##} h, and was made anew"
            : null;
        return reason is null ? null : new Gap(_label, since, now, reason);
    }

    // A link that died silently is noticed two heartbeats later and somewhat more.
    private DateTimeOffset LastSign(DateTimeOffset connected, DateTimeOffset lost)
    {
        var sign = lost - 3 * _options.Heartbeat;
        return sign > connected ? sign : connected;
    }

    private async Task KeepAsync(ISourceContext context, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(KeepEvery, _clock);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) Keep(context, _clock.GetUtcNow());
    }

    // What a temporary endpoint holds is lost with this process: the time kept is never after the oldest of it.
    private void Keep(ISourceContext context, DateTimeOffset time) =>
        context.Keep(_label, Seen.Write(_inbox.Keeps && _inbox.Outbox.Oldest is { } oldest && oldest < time ? oldest : time));
}
