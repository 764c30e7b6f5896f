using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towncrier.Agent;
using Towncrier.Host.Configuring.Relay;
using Towncrier.Host.Serving;

namespace Towncrier.Host.Relaying;

/// <summary>What a running relay answers besides taking in messages.</summary>
internal static class RelayApi
{
    public static void Map(IEndpointRouteBuilder routes, MessageRelay relay, IReadOnlyList<RelayRouteOptions> ways, string version)
    {
        var view = relay.Looking;
        Get("/healthz", _ => Results.Text("ok\n"));
        Get("/readyz", _ => AdminApi.Ready(view.Unready()));
        Get("/metrics", _ => Results.Text(relay.Metrics(), "text/plain; version=0.0.4; charset=utf-8"));
        Get("/v1/status", _ => Results.Json(StatusOf(view, ways, version), Json.Options));
        Get("/v1/invalidations/{**id}", http => Report(view, http));

        void Get(string path, Func<HttpContext, IResult> answer)
            => routes.MapGet(path, (RequestDelegate)(http => answer(http).ExecuteAsync(http)));
    }

    private static object StatusOf(RelayView view, IReadOnlyList<RelayRouteOptions> ways, string version) => new
    {
        Version = version,
        Ready = view.Unready().Count == 0,
        Sources = view.Sources(),
        Targets = view.Targets(),
        Routes = ways.Select(way => new { way.From, way.To }),
    };

    private static IResult Report(RelayView view, HttpContext http)
    {
        var id = AdminApi.IdOf(http);
        return view.ReportOf(id) is { } report
            ? Results.Json(new { report.Id, report.State, Targets = report.Targets.Select(target => target.Target), Milliseconds = Math.Round(report.Milliseconds, 3) }, Json.Options)
            : AdminApi.Problem(404, $"no invalidation with the id '{id}' is remembered here");
    }
}
