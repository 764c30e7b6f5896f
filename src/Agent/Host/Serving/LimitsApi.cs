using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Host.Commands;

namespace Towncrier.Host.Serving;

/// <summary>The caches' limits over HTTP: GET tells them, POST changes some until the next reload or restart.</summary>
internal static class LimitsApi
{
    public const string Path = "/v1/limits";

    public static void Map(IEndpointRouteBuilder routes, GovernedCaches caches, ILogger logger)
    {
        routes.MapGet(Path, (RequestDelegate)(http => Results.Bytes(LimitsDocument.Write(caches), "application/json").ExecuteAsync(http)));
        routes.MapPost(Path, (RequestDelegate)(async http => await (await ChangeAsync(http, caches, logger).ConfigureAwait(false)).ExecuteAsync(http).ConfigureAwait(false)));
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, GovernedCaches caches, ILogger logger)
    {
        // A page in somebody's browser can post text and forms to loopback, and not this without being asked first.
        if (http.Request.ContentType?.Split(';')[0].Trim() is not "application/json") return AdminApi.Problem(415, "send application/json");
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
        var answer = LimitsDocument.Change(caches, body.ToArray());
        if (answer.Problem is { } problem) return AdminApi.Problem(answer.Status, problem);
        foreach (var (path, change) in answer.Changes) HostLog.LimitSet(logger, path, change.Key, change.Old, change.New);
        return Results.Bytes(answer.Body, "application/json");
    }
}
