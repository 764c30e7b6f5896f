using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent;
using Towncrier.Agent.Dispatching;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A whole agent on one cache folder, with its journal beside it.</summary>
internal sealed class WholeAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CacheAgent _agent;

    public WholeAgent(CacheFolder folder, Func<AgentSetup, AgentSetup> change, params SourceSetup[] sources)
    {
        _agent = CacheAgent.Open(
            change(new AgentSetup
            {
                Caches = [new CacheSettings { Path = folder.Path, Key = "$scheme$host$request_uri" }],
                Sources = sources,
                StateDirectory = Path.Combine(folder.Outside, "state"),
                Fence = TimeSpan.Zero,
                Name = "cache-1",
            }),
            TimeProvider.System, NullLogger.Instance);
        Running = _agent.RunAsync(_stop.Token);
    }

    /// <summary>Ends when the agent does, with its failure.</summary>
    public Task Running { get; }

    public AgentView View => _agent.Looking;

    public GovernedCaches Governing => _agent.Governing;

    public string Metrics => _agent.Metrics();

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.Within();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Running.Within()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _agent.DisposeAsync();
        _stop.Dispose();
    }
}
