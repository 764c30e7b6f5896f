using MassTransit;
using Towncrier.Providers.MassTransit.Wire;

namespace Towncrier.Providers.MassTransit.Publishing;

/// <summary>
/// A bus of our own that only sends. MassTransit connects when something is sent, and again after a loss; each of its tries
/// begins with one of ours, whose failure it does not retry: so a sender hears at once why nothing can be sent.
/// </summary>
internal sealed class PublisherBus(RabbitHost host, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _starting = new(1);
    private IBusControl? _bus; // under _starting
    private bool _isClosed;

    public async Task<IBusControl> StartedAsync(CancellationToken cancel)
    {
        await _starting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_bus is not null) return _bus;
            var bus = Bus.Factory.CreateUsingRabbitMq(configure => host.Apply(configure, factory => host.ProbeAsync(factory, CancellationToken.None)));
            await bus.StartAsync(cancel).ConfigureAwait(false);
            return _bus = bus;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        _isClosed = true;
        _starting.Release();
        if (_bus is null) return;
        var stopping = _bus.StopAsync(CancellationToken.None);
        if (await Task.WhenAny(stopping, Task.Delay(Farewell, clock)).ConfigureAwait(false) == stopping) return;
        _ = stopping.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // a broker that does not answer
    }
}
