using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towncrier.Store.AspNetCore.Running;
using Towncrier.Store.Cluster;
using Towncrier.Store.Serving;

namespace Towncrier.Store.AspNetCore;

/// <summary>Serves a store's <see cref="Shelf"/> to its peers.</summary>
public static class ShelfEndpoints
{
    /// <summary>
    /// Maps <c>GET {prefix}/objects?newest=N</c> and <c>GET {prefix}/objects/NAME</c>, for who shows the cluster's token. The
    /// cluster's address is that of the prefix. Serve it over TLS, or where nobody else can listen.
    /// </summary>
    public static IEndpointConventionBuilder MapTowncrierPeers(this IEndpointRouteBuilder routes, string prefix, Func<Shelf?> shelf)
    {
        var group = routes.MapGroup(prefix);
        group.MapGet("/objects", (RequestDelegate)(http => ListAsync(http, shelf())));
        group.MapGet("/objects/{name}", (RequestDelegate)(http => SendAsync(http, shelf())));
        return group;
    }

    /// <summary>The same for the output cache's store, or where there is none the distributed cache's.</summary>
    public static IEndpointConventionBuilder MapTowncrierPeers(this IEndpointRouteBuilder routes, string prefix)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return routes.MapTowncrierPeers(prefix, () => routes.ServiceProvider.GetFirstStore().Shelf);
    }

    private static Task ListAsync(HttpContext http, Shelf? shelf)
    {
        if (!IsAllowed(http, shelf)) return Task.CompletedTask;
        if (http.Request.Query.ContainsKey("from")) return ListAllAsync(http, shelf!);
        if (!ShelfHttp.TryRead(http, "newest", Shelf.MostListed, out var count)) return RefuseAsync(http, StatusCodes.Status400BadRequest, $"newest has to be a number up to {Shelf.MostListed}");
        if (!shelf!.IsReady) return RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "what is here is not known yet");
        http.Response.Headers[PeerClient.AllHeader] = shelf.Count.ToString(CultureInfo.InvariantCulture);
        return ShelfHttp.SendListAsync(http, shelf.ListNewest((int)count));
    }

    private static Task ListAllAsync(HttpContext http, Shelf shelf)
    {
        if (!ShelfHttp.TryRead(http, "from", uint.MaxValue, out var from)) return RefuseAsync(http, StatusCodes.Status400BadRequest, "from has to be 0, or what the last list gave");
        if (shelf.ListAll(from, out var next) is not { } list) return RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "what is here is not known yet");
        if (next is { } there) http.Response.Headers[PeerClient.NextHeader] = there.ToString(CultureInfo.InvariantCulture);
        return ShelfHttp.SendListAsync(http, list);
    }

    private static Task SendAsync(HttpContext http, Shelf? shelf)
    {
        if (!IsAllowed(http, shelf)) return Task.CompletedTask;
        if (shelf!.TryOpen((string)http.GetRouteValue("name")!, out var length) is { } file) return ShelfHttp.SendFileAsync(http, file, length);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext http, int status, string why)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(why + "\n", http.RequestAborted);
    }

    // 404 where there is no cluster, as if nothing were mapped.
    private static bool IsAllowed(HttpContext http, Shelf? shelf)
    {
        if (shelf?.IsAllowed(http.Request.Headers.Authorization) == true) return true;
        http.Response.StatusCode = shelf is null ? StatusCodes.Status404NotFound : StatusCodes.Status401Unauthorized;
        return false;
    }
}
