using MassTransit;
using RabbitMQ.Client;
using Towncrier.Providers.MassTransit.Wire;

namespace Towncrier.Providers.MassTransit.Publishing;

/// <summary>
/// A bus of our own that only sends. MassTransit connects when something is sent, and tries again and again where it cannot;
/// each of its tries begins with one of ours, whose failure a sender hears at once.
/// </summary>
internal sealed class PublisherBus(RabbitHost host, string exchange, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _starting = new(1);
    private IBusControl? _bus; // under _starting
    private bool _isClosed;
    private TaskCompletionSource<IOException> _failure = NewFailure();

    /// <summary>Completes when the next try to connect fails.</summary>
    public Task<IOException> NextFailure => Volatile.Read(ref _failure).Task;

    public async Task<IBusControl> StartedAsync(CancellationToken cancel)
    {
        await _starting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_bus is not null) return _bus;
            var bus = Bus.Factory.CreateUsingRabbitMq(configure => host.Apply(configure, TryAsync));
            await StartAsync(bus, cancel).ConfigureAwait(false);
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
        if (_bus is not null) await EndAsync(_bus).ConfigureAwait(false);
    }

    // It is started when it is connected, for which it tries for ever.
    private async Task StartAsync(IBusControl bus, CancellationToken cancel)
    {
        var failure = NextFailure;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var starting = bus.StartAsync(end.Token);
        if (await Task.WhenAny(starting, failure).ConfigureAwait(false) == starting && starting.IsCompletedSuccessfully) return;
        await end.CancelAsync().ConfigureAwait(false);
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAsync(bus).ConfigureAwait(false);
        if (failure.IsCompleted) throw await failure.ConfigureAwait(false);
        await starting.ConfigureAwait(false);
    }

    private async Task EndAsync(IBusControl bus)
    {
        var stopping = bus.StopAsync(CancellationToken.None);
        _ = stopping.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // one that never was, or whose broker does not answer
        await Task.WhenAny(stopping, Task.Delay(Farewell, clock)).ConfigureAwait(false);
    }

    private async Task TryAsync(ConnectionFactory factory)
    {
        try
        {
            await host.ProbeAsync(factory, exchange, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Interlocked.Exchange(ref _failure, NewFailure()).TrySetResult(e);
            throw;
        }
    }

    private static TaskCompletionSource<IOException> NewFailure() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
