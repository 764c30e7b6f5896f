using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towncrier.Agent;
using Towncrier.Store;
using Towncrier.Store.AspNetCore.Operating;
using Towncrier.Store.AspNetCore.Running;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What an application shows of its stores. Nothing unless it is mapped.</summary>
public static class TowncrierEndpoints
{
    private const int MostBytes = 64 * 1024;

    /// <summary>
    /// Maps below a path, of the output cache's store, or where there is none of the distributed cache's: <c>metrics</c> in Prometheus' text
    /// format, and <c>v1/limits</c>, which <c>towncrier config get</c> and <c>config set</c> ask by <c>--agent http://HOST:PORT/PREFIX</c>.
    /// Who may see them is for the caller to say: <c>MapTowncrier("/towncrier").RequireAuthorization()</c>. Without authorization limits are
    /// for requests from the same host alone, and not for those that came through a proxy which says so.
    /// </summary>
    public static IEndpointConventionBuilder MapTowncrier(this IEndpointRouteBuilder endpoints, string prefix)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup(prefix);
        group.MapGet("/metrics", (IServiceProvider services) => Results.Text(services.GetFirstStore().Metrics(), "text/plain; version=0.0.4; charset=utf-8"));
        group.MapGet("/v1/limits", (HttpContext http, IServiceProvider services)
            => LimitsGate.LetsIn(http) ? Results.Bytes(LimitsDocument.Write(services.GetFirstStore().Governing), "application/json") : Refused());
        group.MapPost("/v1/limits", async (HttpContext http, IServiceProvider services)
            => LimitsGate.LetsIn(http) ? await ChangeAsync(http, services.GetFirstStore()).ConfigureAwait(false) : Refused());
        return group;
    }

    private static IResult Refused() => Results.Problem(LimitsGate.Refusal, statusCode: StatusCodes.Status403Forbidden);

    private static async Task<IResult> ChangeAsync(HttpContext http, DiskStore store)
    {
        // A page in somebody's browser can post text and forms to loopback, and not this without being asked first.
        if (http.Request.ContentType?.Split(';')[0].Trim() is not "application/json") return Results.Problem("send application/json", statusCode: StatusCodes.Status415UnsupportedMediaType);
        var body = new byte[MostBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted).ConfigureAwait(false);
        if (length > MostBytes) return Results.Problem($"send at most {MostBytes} bytes", statusCode: StatusCodes.Status413PayloadTooLarge);
        var answer = LimitsDocument.Change(store.Governing, body.AsMemory(0, length));
        return answer.Problem is { } problem ? Results.Problem(problem, statusCode: answer.Status) : Results.Bytes(answer.Body, "application/json");
    }
}
