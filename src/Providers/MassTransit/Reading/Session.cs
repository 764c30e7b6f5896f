using MassTransit;
using RabbitMQ.Client;
using Towncrier.Providers.MassTransit.Wire;

namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>One link to RabbitMQ with its bus and endpoint, from connecting to its loss or our leave. Used once.</summary>
internal sealed class Session : IAsyncDisposable
{
    /// <summary>For acknowledgements on their way, and for what is handed back. What takes longer, the broker does when the link ends.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(700);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // every step has a timeout of its own: this is above their sum

    private readonly IBusControl _bus;
    private readonly CancellationTokenSource _end = new();
    private readonly Inbox _inbox;
    private readonly TimeProvider _clock;
    private readonly RabbitAddress _address;

    private Session(IBusControl bus, LinkWatch watch, Inbox inbox, RabbitAddress address, TimeProvider clock) =>
        (_bus, Watch, _inbox, _address, _clock) = (bus, watch, inbox, address, clock);

    public LinkWatch Watch { get; }

    /// <param name="inbox">Open.</param>
    public static Session Build(MassTransitSourceOptions options, RabbitHost host, Inbox inbox, SkippedQueue skipped, string queue, int prefetch, TimeProvider clock)
    {
        var isDurable = options.Endpoint == EndpointKind.Durable;
        var watch = new LinkWatch(isDurable ? queue : null, options.Address, clock);
        var bus = Bus.Factory.CreateUsingRabbitMq(configure =>
        {
            host.Apply(configure);
            configure.SendTopology.DeadLetterQueueNameFormatter = new SkippedName(skipped.Name);
            configure.SendTopology.ConfigureDeadLetterSettings = skipped.Configure;
            configure.ReceiveEndpoint(queue, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.PublishFaults = false;
                endpoint.PrefetchCount = prefetch;
                endpoint.Durable = isDurable;
                endpoint.AutoDelete = !isDurable;
                endpoint.Exclusive = !isDurable;
                endpoint.ExclusiveConsumer = isDurable; // two agents of one name would each get half
                if (isDurable) endpoint.SetQueueArgument("x-expires", (long)options.Expires.TotalMilliseconds);
                endpoint.Bind(options.Exchange);
                endpoint.ConfigureChannel(channel => channel.UseFilter(watch));
                endpoint.ConfigureReceive(receive => receive.UseFilter(inbox));
                endpoint.ConnectReceiveEndpointObserver(watch);
            });
        });
        return new Session(bus, watch, inbox, options.Address, clock);
    }

    /// <summary>Returns when the consumer is there.</summary>
    /// <exception cref="IOException">It cannot be; the message says why and what to do.</exception>
    public async Task OpenAsync(CancellationToken stop)
    {
        // The token of a start that has not ended yet ends the bus, even when its consumer is there: it is cancelled at our end alone.
        var starting = _bus.StartAsync(_end.Token);
        _ = starting.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // told by the watch
        using var limit = new CancellationTokenSource(Patience, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var late = Task.Delay(Timeout.InfiniteTimeSpan, both.Token);
        var first = await Task.WhenAny(Task.WhenAll(Watch.Ready, starting), Watch.Lost, late).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (first == late) throw RabbitErrors.Own($"RabbitMQ at {_address.Where}: the endpoint was not ready within {Patience.TotalSeconds:0} s");
        if (Watch.Lost.IsCompleted) throw await Watch.Lost.ConfigureAwait(false);
        await both.CancelAsync().ConfigureAwait(false);
        if (starting.IsFaulted) throw RabbitErrors.Translate(starting.Exception, _address, "connecting");
    }

    public async ValueTask DisposeAsync()
    {
        Watch.End();
        _inbox.HandBack();
        await _end.CancelAsync().ConfigureAwait(false); // a bus that is still starting is not stopped otherwise
        var stopping = _bus.StopAsync(CancellationToken.None);
        var ended = await Task.WhenAny(stopping, Task.Delay(Farewell, _clock, CancellationToken.None)).ConfigureAwait(false);
        _end.Dispose();
        if (ended == stopping) return;
        // It waits for answers of a broker that gives none. The end of the connection is all they could bring.
        _ = stopping.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _ = Watch.Connection?.AbortAsync(Constants.ReplySuccess, "the agent leaves", Farewell);
    }

    private sealed class SkippedName(string name) : IDeadLetterQueueNameFormatter
    {
        public string FormatDeadLetterQueueName(string queueName) => name;
    }
}
