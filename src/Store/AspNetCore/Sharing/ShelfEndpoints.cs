using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towncrier.Store.AspNetCore.Running;
using Towncrier.Store.Cluster;

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

    private static async Task ListAsync(HttpContext http, Shelf? shelf)
    {
        if (!IsAllowed(http, shelf)) return;
        if (!int.TryParse(http.Request.Query["newest"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > Shelf.MostListed)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync($"newest has to be a number up to {Shelf.MostListed}\n", http.RequestAborted).ConfigureAwait(false);
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(shelf!.ListNewest(count), http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpContext http, Shelf? shelf)
    {
        if (!IsAllowed(http, shelf)) return;
        using var file = shelf!.TryOpen((string)http.GetRouteValue("name")!, out var length);
        if (file is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = length;
        var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
        await using (stream.ConfigureAwait(false)) await stream.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }

    // 404 where there is no cluster, as if nothing were mapped.
    private static bool IsAllowed(HttpContext http, Shelf? shelf)
    {
        if (shelf?.IsAllowed(http.Request.Headers.Authorization) == true) return true;
        http.Response.StatusCode = shelf is null ? StatusCodes.Status404NotFound : StatusCodes.Status401Unauthorized;
        return false;
    }
}
