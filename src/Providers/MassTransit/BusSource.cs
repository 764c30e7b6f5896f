using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.Transports;
using Towncrier.Providers.MassTransit.Reading;
using Towncrier.Providers.MassTransit.Wire;

namespace Towncrier.Providers.MassTransit;

/// <summary>
/// Invalidations from an endpoint of an application's own bus, whatever its transport, for an agent that lives in the
/// application. The application starts and stops the bus, which connects again by itself; while the endpoint is not there,
/// reading fails as for any broker that is away. Give each process an endpoint of its own.
/// </summary>
/// <example><code>
/// var source = new BusSource("towncrier", keeps: false, TimeProvider.System, new Random());
/// services.AddMassTransit(x => x.UsingInMemory((context, bus) => bus.ReceiveEndpoint("towncrier", source.Join)));
/// </code></example>
public sealed class BusSource : IInvalidationSource, IReceiveEndpointObserver
{
    private const int Window = 1000;

    private readonly TimeProvider _clock;
    private readonly bool _keeps;
    private readonly Inbox _inbox;
    private readonly string _label;
    private readonly Lock _lock = new();
    private TaskCompletionSource _ready = NewSignal();  // under _lock, as what follows
    private TaskCompletionSource<string> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _good;                      // the reader's alone

    /// <param name="endpoint">The endpoint's name, for positions and metrics.</param>
    /// <param name="keeps">Its queue keeps what is published while the application is away. In memory it does not.</param>
    /// <param name="random">Spreads redeliveries; used by this source alone.</param>
    public BusSource(string endpoint, bool keeps, TimeProvider clock, Random random)
    {
        (_clock, _keeps, _label) = (clock, keeps, MassTransitSource.LabelOf(endpoint));
        _inbox = new Inbox(_label, keeps: !keeps, Window, TryBuryAsync, clock, random);
        Channels = [_label];
        Traits = new SourceTraits(Settles: true, Replays: keeps);
    }

    public string Name => "masstransit";

    public IReadOnlyList<string> Channels { get; }

    public SourceTraits Traits { get; }

    /// <summary>Makes the endpoint this source's; it must have no consumers. Called once, while the bus is configured.</summary>
    public void Join(IReceiveEndpointConfigurator endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.PrefetchCount = Window;
        endpoint.ConfigureReceive(receive => receive.UseFilter(_inbox));
        endpoint.Handler<Invalidate>(_ => Task.CompletedTask); // subscribes; the filter before it lets nothing through
        endpoint.ConnectReceiveEndpointObserver(this);
    }

    public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
    {
        Task ready;
        lock (_lock) ready = _ready.Task;
        await ready.WaitAsync(stop).ConfigureAwait(false);
        Task<string> gone;
        lock (_lock) gone = _gone.Task;
        _inbox.Open(context); // also when it was never shut: refusals are told to this reader
        var connected = _clock.GetUtcNow();
        if (!_keeps && (_good ?? Seen.Parse(context.PositionOf(_label))) is { } since)
            await context.GapAsync(new Gap(_label, since, connected, "the endpoint was not there, and keeps nothing meanwhile"), stop).ConfigureAwait(false);
        _good = connected;
        context.Keep(_label, Seen.Write(connected));
        context.Connected(_label);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            while (true)
            {
                if (gone.IsCompleted) throw RabbitErrors.Own($"{_label}: {await gone.ConfigureAwait(false)}");
                stop.ThrowIfCancellationRequested();
                if (_inbox.TryTake(out var delivery)) yield return delivery;
                else await Task.WhenAny(gone, _inbox.Outbox.WaitAsync(end.Token)).ConfigureAwait(false);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            _good = _clock.GetUtcNow();
            context.Keep(_label, Seen.Write(_inbox.Outbox.Oldest is { } oldest && oldest < _good ? oldest : _good.Value));
        }
    }

    Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready)
    {
        lock (_lock)
        {
            if (_gone.Task.IsCompleted) _gone = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ready.TrySetResult();
        }

        _inbox.Admit(); // what comes before the agent reads again waits for it
        return Task.CompletedTask;
    }

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => Leave("the application's bus was stopped");

    Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => Leave("the endpoint of the application's bus has ended");

    Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => Leave("the application's bus: " + faulted.Exception?.Message);

    // A bus that stops waits for what its endpoints hold.
    private Task Leave(string why)
    {
        lock (_lock)
        {
            if (_ready.Task.IsCompleted) _ready = NewSignal();
            _gone.TrySetResult(why);
        }

        _inbox.HandBack();
        return Task.CompletedTask;
    }

    private static async Task<bool> TryBuryAsync(ReceiveContext context, string reason)
    {
        if (!context.TryGetPayload(out IDeadLetterTransport? transport)) return false;
        await transport.Send(context, reason).ConfigureAwait(false);
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
