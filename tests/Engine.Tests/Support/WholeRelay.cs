using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A whole relay with its journal in a folder.</summary>
internal sealed class WholeRelay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly MessageRelay _relay;

    public WholeRelay(string state, IReadOnlyList<RelaySource> sources, IReadOnlyList<RelayTarget> targets, IReadOnlyList<RelayRoute> routes, Func<RelaySetup, RelaySetup>? change = null)
    {
        var setup = new RelaySetup { Sources = sources, Targets = targets, Routes = routes, StateDirectory = state, Name = "relay" };
        _relay = MessageRelay.Open(change?.Invoke(setup) ?? setup, TimeProvider.System, NullLogger.Instance);
        Running = _relay.RunAsync(_stop.Token);
    }

    public Task Running { get; }

    public RelayView View => _relay.Looking;

    public string Metrics => _relay.Metrics();

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.Within();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Running.Within()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _relay.DisposeAsync();
        _stop.Dispose();
    }
}
