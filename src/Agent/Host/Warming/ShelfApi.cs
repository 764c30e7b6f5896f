using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towncrier.Host.Serving;
using Towncrier.Store.Cluster;
using Towncrier.Store.Serving;

namespace Towncrier.Host.Warming;

/// <summary><c>GET /v1/objects?newest=N</c> and <c>GET /v1/objects/NAME?cache=PATH</c>, for peers, who show a token of their own.</summary>
internal static class ShelfApi
{
    public const string Path = "/v1/objects";

    public static void Map(IEndpointRouteBuilder routes, EntryShelf shelf, string token)
    {
        var wanted = new PeerToken(token);
        routes.MapGet(Path, (RequestDelegate)(http => IsAllowed(http) ? ListAsync(http, shelf) : RefuseAsync(http)));
        routes.MapGet(Path + "/{name}", (RequestDelegate)(http => IsAllowed(http) ? SendAsync(http, shelf) : RefuseAsync(http)));

        bool IsAllowed(HttpContext http) => wanted.IsShown(http.Request.Headers.Authorization);
    }

    private static Task ListAsync(HttpContext http, EntryShelf shelf)
    {
        if (!ShelfHttp.TryRead(http, "newest", EntryShelf.MostListed, out var count)) return AdminApi.Problem(400, $"newest has to be a number up to {EntryShelf.MostListed}").ExecuteAsync(http);
        if (!shelf.IsReady) return AdminApi.Problem(503, "what is here is not known yet").ExecuteAsync(http);
        return ShelfHttp.SendListAsync(http, JsonSerializer.SerializeToUtf8Bytes(shelf.ListNewest((int)count), SharedEntriesJson.Default.SharedEntries));
    }

    private static Task SendAsync(HttpContext http, EntryShelf shelf)
    {
        var cache = http.Request.Query["cache"].ToString();
        return shelf.TryOpen((string)http.GetRouteValue("name")!, cache.Length == 0 ? null : cache, out var file, out var length)
            ? ShelfHttp.SendFileAsync(http, file.ToHandle(), length)
            : AdminApi.Problem(404, "there is no such object here, or it is not fresh").ExecuteAsync(http);
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return AdminApi.Problem(401, "objects are given to who shows the token of 'warm:'").ExecuteAsync(http);
    }
}
