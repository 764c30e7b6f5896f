using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Towncrier.Providers.AzureServiceBus.Calling;
using Towncrier.Providers.AzureServiceBus.Reading;
using Towncrier.Providers.AzureServiceBus.Subscriptions;

namespace Towncrier.Providers.AzureServiceBus;

/// <summary>
/// Invalidations from a subscription of a topic. What was received and is not settled stays locked at Service Bus, and stays
/// here over reconnects; it is delivered once, and when it is abandoned comes again from Service Bus.
/// </summary>
public sealed class AzureServiceBusSource : IInvalidationSource, IDisposable
{
    // Messages that were settled; one whose settlement was lost comes again after its lock.
    private const int Remembered = 10_000;

    private readonly AzureServiceBusSourceOptions _options;
    private readonly TimeProvider _clock;
    private readonly BrokerCaller _caller;
    private readonly MessageCalls _calls;
    private readonly string _entity;
    private readonly Func<CancellationToken, Task<OpenedSubscription>> _openAsync;
    private readonly Room _room;
    private readonly Ledger _ledger;
    private readonly Settler _settler;
    private readonly Postponed _postponed;
    private readonly Verdicts _verdicts;
    private readonly Channel<Held> _outbox;
    private readonly string _label;

    /// <param name="options">Without <see cref="AzureServiceBusSourceOptions.Problems"/>.</param>
    /// <param name="random">Spreads redeliveries; used by this source alone.</param>
    public AzureServiceBusSource(AzureServiceBusSourceOptions options, TimeProvider clock, Random random)
    {
        (_options, _clock) = (options, clock);
        _caller = new BrokerCaller(options.Address, options.FirstDelay, clock);
        _calls = new MessageCalls(_caller);
        _entity = $"{options.TopicName}/subscriptions/{options.SubscriptionName}";
        var management = new SubscriptionCalls(_caller, options.TopicName, options.SubscriptionName);
        _openAsync = options.Subscription is null ? new OwnSubscription(options, _entity, management).OpenAsync : new ProvisionedSubscription(_entity, management).OpenAsync;
        _room = new Room(options.Window);
        _ledger = new Ledger(options.Window + Remembered, TimeSpan.MaxValue, clock);
        _settler = new Settler(_calls, _entity, _room, options.Window);
        _postponed = new Postponed(_ledger, _settler, clock);
        _verdicts = new Verdicts(_ledger, _settler, _postponed, _room, options.Window, random, clock);
        _outbox = Channel.CreateBounded<Held>(new BoundedChannelOptions(options.Window) { AllowSynchronousContinuations = false });
        _label = ChannelOf(options);
        Channels = [_label];
    }

    public string Name => "azure_service_bus";

    public IReadOnlyList<string> Channels { get; }

    public SourceTraits Traits => new(Settles: true, Replays: true);

    /// <summary>Settlements that came too late for their lock.</summary>
    internal long LocksLost => _settler.Lost;

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        var opened = await _openAsync(stop).ConfigureAwait(false);
        _verdicts.Begin();
        var last = SeenPosition.TryParse(context.PositionOf(_label), out var kept) ? kept : null;
        if (SeenPosition.GapOf(last, opened.Kept, _options.Subscription is null, _label, _clock.GetUtcNow()) is { } gap) await context.GapAsync(gap, stop).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = Together.RunAsync(end.Token, [.. Runs(opened, last, context)]);
        try
        {
            while (true)
            {
                if (reading.IsCompleted) await reading.ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
                if (_outbox.Reader.TryRead(out var held)) yield return new HeldDelivery(held, _label, _verdicts);
                else await Task.WhenAny(reading, _outbox.Reader.WaitToReadAsync(end.Token).AsTask()).ConfigureAwait(false); // a lost link may be all that ever comes
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) await _verdicts.EndAsync([.. Undelivered()]).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _caller.Dispose();
        _postponed.Dispose();
        _room.Dispose();
    }

    /// <summary>While nobody reads: each place that is taken is a message's that is held or being settled.</summary>
    internal void CheckIntegrity()
    {
        var (held, settling) = (_ledger.Count, _settler.Count);
        if (_room.Free + held + settling != _options.Window)
            throw new InvalidOperationException($"of {_options.Window} places {_room.Free} are free, {held} messages are held and {settling} being settled");
    }

    /// <summary>The channel of a source with these options, which have no problems.</summary>
    public static string ChannelOf(AzureServiceBusSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return $"azure_service_bus:{options.TopicName}/{options.SubscriptionName}";
    }

    private IEnumerable<Func<CancellationToken, Task>> Runs(OpenedSubscription opened, SeenPosition? last, ISourceContext context)
    {
        var receiver = new Receiver(_options, _calls, _entity, _ledger, _room, _settler, _verdicts, _outbox.Writer, _clock);
        var seen = new SeenKeeper(context, _label, opened.Kept.Made ?? last?.Made, _clock);
        var isConnected = 0;
        var received = () =>
        {
            seen.Received();
            if (Interlocked.Exchange(ref isConnected, 1) == 0) context.Connected(_label);
        };
        var refused = () => context.Refused(_label, new Refusal(RefusalReason.Oversized, "the message is larger than 4 MiB, and none of ours; it goes to the subscription's dead letters"));
        if (_room.Free == 0) received(); // no poll will show it before the agent has settled some
        for (var i = 0; i < _options.Pollers; i++)
        {
            var proves = i == 0;
            yield return end => receiver.RunAsync(received, refused, proves, end);
        }

        // As many as poll and one: what comes in by so many calls goes out by as many.
        for (var i = 0; i <= _options.Pollers; i++) yield return _settler.RunAsync;
        yield return _postponed.RunAsync;
        yield return end => new LockKeeper(_calls, _entity, _ledger, _clock).RunAsync(end);
    }

    private IEnumerable<Held> Undelivered()
    {
        while (_outbox.Reader.TryRead(out var held)) yield return held;
    }
}
