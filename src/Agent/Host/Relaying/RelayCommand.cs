using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Host.Commands;
using Towncrier.Host.Configuring.Relay;
using Towncrier.Host.Serving;
using Towncrier.Providers.Http;

namespace Towncrier.Host.Relaying;

/// <summary><c>towncrier relay</c>: the daemon between brokers.</summary>
internal static class RelayCommand
{
    public static Task<ExitCode> RunAsync(RelayOptions options, TimeProvider clock, TextWriter error)
        => Daemon.RunAsync(stop => RunAsync(options, clock, error, stop));

    private static async Task<ExitCode> RunAsync(RelayOptions options, TimeProvider clock, TextWriter error, CancellationTokenSource stop)
    {
        using var loggers = LoggerFactory.Create(builder => Daemon.Logging(builder, options.Log));
        var logger = loggers.CreateLogger("towncrier");
        var parts = new RelayParts(options, clock);
        await using var closing = parts.ConfigureAwait(false);
        MessageRelay? relay = null;
        var source = options.HttpName is null ? null : Daemon.Source(options.Listen, options.Http, clock, refusal => relay?.NoteRefused("http", refusal));
        try
        {
            relay = MessageRelay.Open(Setup(options, source, parts), clock, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"towncrier: the state directory {options.StateDirectory} cannot be used: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        await using (relay.ConfigureAwait(false))
        {
            var server = AgentServer.Build(
                options.Listen, options.Http, options.Token, source, app => RelayApi.Map(app, relay, options.Routes, ProductVersion.Text), builder => Daemon.Logging(builder, options.Log));
            await using (server.ConfigureAwait(false))
                return await Daemon.ServeAsync(options.Listen, options.StateDirectory!, server, source, relay.RunAsync, logger, error, stop).ConfigureAwait(false);
        }
    }

    private static RelaySetup Setup(RelayOptions options, HttpSource? http, RelayParts parts) => new()
    {
        Sources = [.. http is null ? (RelaySource[])[] : [new RelaySource(options.HttpName!, http)], .. parts.Sources],
        Targets = parts.Targets,
        Routes = [.. options.Routes.SelectMany(Routes)],
        Admission = options.Fleet.Admission,
        Name = options.Fleet.Name!,
        StateDirectory = options.StateDirectory!,
    };

    private static IEnumerable<RelayRoute> Routes(RelayRouteOptions route) => route.From.Select(from => new RelayRoute(from, route.To)
    {
        Hosts = route.Layer.Hosts,
        Commands = route.Layer.Commands,
        Audience = route.Layer.Audience,
        Rate = route.Layer.Rate,
    });
}
