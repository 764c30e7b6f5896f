using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Towncrier.Agent;
using Towncrier.Agent.Receiving;
using Towncrier.Host.Configuring;
using Towncrier.Host.Serving;
using Towncrier.Providers.Http;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier agent</c>: the daemon. SIGTERM and SIGINT stop it: it takes in no more, finishes what it has, and exits 0.</summary>
internal static class AgentCommand
{
    public static async Task<ExitCode> RunAsync(AgentOptions options, TimeProvider clock, TextWriter error)
    {
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        try
        {
            return await RunAsync(options, clock, error, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done; // told to stop before it had begun
        }
    }

    private static async Task<ExitCode> RunAsync(AgentOptions options, TimeProvider clock, TextWriter error, CancellationTokenSource stop)
    {
        var (caches, advice) = await KeyFinder.FindAsync(options.Caches, stop.Token).ConfigureAwait(false);
        using var loggers = LoggerFactory.Create(builder => Logging(builder, options.Log));
        var logger = loggers.CreateLogger("towncrier");
        foreach (var (path, words) in advice) HostLog.Advice(logger, path, words);
        var parts = new FleetParts(options.Fleet, clock);
        await using var closing = parts.ConfigureAwait(false);
        CacheAgent? agent = null;
        var source = new HttpSource(
            new HttpSourceOptions { MaxBodyBytes = options.Http.MaxBodyBytes, OwnAuthorities = Authorities(options.Listen) }, clock, refusal => agent?.NoteRefused("http", refusal));
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
            var server = AgentServer.Build(options, source, agent, ProductVersion.Text, builder => Logging(builder, options.Log));
            await using (server.ConfigureAwait(false)) return await ServeAsync(options, server, source, agent, logger, error, stop).ConfigureAwait(false);
        }
    }

    private static async Task<ExitCode> ServeAsync(
        AgentOptions options, WebApplication server, HttpSource source, CacheAgent agent, ILogger logger, TextWriter error, CancellationTokenSource stop)
    {
        try
        {
            AgentServer.ClearStaleSockets(options.Listen);
            await server.StartAsync(stop.Token).ConfigureAwait(false);
            AgentServer.Restrict(options.Listen);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await error.WriteLineAsync($"towncrier: cannot listen on {string.Join(", ", options.Listen.Addresses.Select(a => a.Text))}: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        var addresses = string.Join(", ", options.Listen.Addresses.Select(a => a.Text));
        HostLog.Started(logger, ProductVersion.Text, addresses, options.StateDirectory!);
        using var closing = stop.Token.Register(() => _ = source.CloseAsync(CancellationToken.None).AsTask());
        var exit = ExitCode.Done;
        try
        {
            await agent.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (GapStopException e)
        {
            await error.WriteLineAsync("towncrier: " + e.Message).ConfigureAwait(false);
            exit = ExitCode.PartlyFailed;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await server.StopAsync(patience.Token).ConfigureAwait(false);
        HostLog.Stopped(logger);
        return exit;
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
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

    private static List<string> Authorities(ListenOptions listen)
        => [.. listen.Addresses.Where(a => a.UnixPath is null && a.Host != "*").Select(a => a.Host!.Contains(':') ? $"[{a.Host}]:{a.Port}" : $"{a.Host}:{a.Port}")];

    /// <summary>Words go to stderr, whatever their form: stdout is for data.</summary>
    private static void Logging(ILoggingBuilder builder, LogFormat format)
    {
        builder.AddFilter("Microsoft", LogLevel.Warning);
        builder.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // we say ourselves why it did not start
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format == LogFormat.Text || (format == LogFormat.Auto && !Console.IsErrorRedirected))
            builder.AddSimpleConsole(text => (text.SingleLine, text.TimestampFormat) = (true, "HH:mm:ss.fff "));
        else
            builder.AddJsonConsole(json => (json.TimestampFormat, json.UseUtcTimestamp) = ("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", true));
    }
}
