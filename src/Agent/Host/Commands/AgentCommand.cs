using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Host.Configuring;
using Towncrier.Host.Serving;
using Towncrier.Host.Warming;
using Towncrier.Providers.Http;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier agent</c>: the daemon beside nginx.</summary>
internal static class AgentCommand
{
    /// <param name="read">Reads the same configuration again, as it is by then: for a reload.</param>
    public static Task<ExitCode> RunAsync(
        AgentOptions options, Func<(AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems)> read, TimeProvider clock, TextWriter error)
        => Daemon.RunAsync(stop => RunAsync(options, read, clock, error, stop));

    private static async Task<ExitCode> RunAsync(
        AgentOptions options, Func<(AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems)> read, TimeProvider clock, TextWriter error, CancellationTokenSource stop)
    {
        var (caches, advice) = await KeyFinder.FindAsync(options.Caches, stop.Token).ConfigureAwait(false);
        using var loggers = LoggerFactory.Create(builder => Daemon.Logging(builder, options.Log));
        var logger = loggers.CreateLogger("towncrier");
        foreach (var (path, words) in advice) HostLog.Advice(logger, path, words);
        var parts = new FleetParts(options.Fleet, clock);
        await using var closing = parts.ConfigureAwait(false);
        CacheAgent? agent = null;
        var source = Daemon.Source(options.Listen, options.Http, clock, refusal => agent?.NoteRefused("http", refusal));
        try
        {
            agent = CacheAgent.Open(Setup(options, caches, source, parts), clock, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"towncrier: the state directory {options.StateDirectory} cannot be used: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        await using (agent.ConfigureAwait(false))
        {
            using var reloading = new Reloading(read, options, agent.Governing, logger).OnSignal();
            var warm = options.Fleet.Warm is { } sharing ? new WarmMember(agent, sharing, options.Fleet.Name!, clock, logger) : null;
            var server = AgentServer.Build(
                options.Listen, options.Http, options.Token, source, Map, builder => Daemon.Logging(builder, options.Log), warm is null ? null : ShelfApi.Path);
            await using (server.ConfigureAwait(false))
                return await Daemon.ServeAsync(options.Listen, options.StateDirectory!, server, source, RunAsync, logger, error, stop).ConfigureAwait(false);

            void Map(WebApplication app)
            {
                AdminApi.Map(app, agent, ProductVersion.Text, logger);
                if (warm is not null) ShelfApi.Map(app, warm.Shelf, options.Fleet.Warm!.Token);
            }

            async Task RunAsync(CancellationToken ending)
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(ending);
                var warming = warm?.RunAsync(end.Token) ?? Task.CompletedTask;
                try
                {
                    await agent.RunAsync(ending).ConfigureAwait(false);
                }
                finally
                {
                    await end.CancelAsync().ConfigureAwait(false);
                    await warming.ConfigureAwait(false);
                }
            }
        }
    }

    private static AgentSetup Setup(AgentOptions options, IReadOnlyList<Agent.Dispatching.CacheSettings> caches, HttpSource source, FleetParts parts) => new()
    {
        Caches = caches,
        Sources = [new SourceSetup(source), .. parts.Sources],
        Targets = parts.Targets,
        Admission = options.Fleet.Admission,
        Receipts = parts.Receipts,
        Name = options.Fleet.Name!,
        StateDirectory = options.StateDirectory!,
        Fence = options.Fence,
        SoftUpdatingSeconds = (long)options.Soft.Updating.TotalSeconds,
        SoftErrorSeconds = (long?)options.Soft.Error?.TotalSeconds,
    };
}
