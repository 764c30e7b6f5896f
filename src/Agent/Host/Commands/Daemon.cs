using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Towncrier.Agent.Receiving;
using Towncrier.Host.Configuring;
using Towncrier.Host.Serving;
using Towncrier.Host.Telemetry;
using Towncrier.Providers.Http;

namespace Towncrier.Host.Commands;

/// <summary>What <c>towncrier agent</c> and <c>towncrier relay</c> have in common as processes: signals, log, and a server around the work.</summary>
internal static class Daemon
{
    /// <summary>SIGTERM and SIGINT cancel: the work takes in no more, finishes what it has, and the process exits 0.</summary>
    public static async Task<ExitCode> RunAsync(Func<CancellationTokenSource, Task<ExitCode>> run)
    {
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        try
        {
            if (!Otlp.TryStart(out var telemetry, out var problem))
            {
                await Console.Error.WriteLineAsync("towncrier: " + problem).ConfigureAwait(false);
                return ExitCode.Usage;
            }

            using (telemetry) return await run(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done; // told to stop before it had begun
        }
    }

    /// <summary>Serves for as long as the work runs.</summary>
    /// <param name="source">What the server takes in is read from it; closed when the stop comes.</param>
    public static async Task<ExitCode> ServeAsync(
        ListenOptions listen, string state, WebApplication server, HttpSource? source, Func<CancellationToken, Task> work, ILogger logger, TextWriter error, CancellationTokenSource stop)
    {
        var addresses = string.Join(", ", listen.Addresses.Select(a => a.Text));
        try
        {
            AgentServer.ClearStaleSockets(listen);
            await server.StartAsync(stop.Token).ConfigureAwait(false);
            AgentServer.Restrict(listen);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await error.WriteLineAsync($"towncrier: cannot listen on {addresses}: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        HostLog.Started(logger, ProductVersion.Text, addresses, state);
        using var closing = stop.Token.Register(() => _ = source?.CloseAsync(CancellationToken.None).AsTask());
        var exit = ExitCode.Done;
        try
        {
            await work(stop.Token).ConfigureAwait(false);
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

    /// <summary>Words go to stderr, whatever their form: stdout is for data.</summary>
    public static void Logging(ILoggingBuilder builder, LogFormat format)
    {
        builder.AddFilter("Microsoft", LogLevel.Warning);
        builder.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // we say ourselves why it did not start
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format == LogFormat.Text || (format == LogFormat.Auto && !Console.IsErrorRedirected))
            builder.AddSimpleConsole(text => (text.SingleLine, text.TimestampFormat) = (true, "HH:mm:ss.fff "));
        else
            builder.AddJsonConsole(json => (json.TimestampFormat, json.UseUtcTimestamp) = ("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", true));
    }

    /// <summary>The HTTP source of a process that listens there.</summary>
    public static HttpSource Source(ListenOptions listen, HttpLimits limits, TimeProvider clock, Action<Refusal> refused)
        => new(new HttpSourceOptions { MaxBodyBytes = limits.MaxBodyBytes, OwnAuthorities = Authorities(listen) }, clock, refused);

    private static List<string> Authorities(ListenOptions listen)
        => [.. listen.Addresses.Where(a => a.UnixPath is null && a.Host != "*").Select(a => a.Host!.Contains(':') ? $"[{a.Host}]:{a.Port}" : $"{a.Host}:{a.Port}")];

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
