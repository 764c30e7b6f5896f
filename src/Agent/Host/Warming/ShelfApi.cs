using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Towncrier.Host.Serving;

namespace Towncrier.Host.Warming;

/// <summary><c>GET /v1/objects?newest=N</c> and <c>GET /v1/objects/NAME?cache=PATH</c>, for peers, who show a token of their own.</summary>
internal static class ShelfApi
{
    public const string Path = "/v1/objects";

    public static void Map(IEndpointRouteBuilder routes, EntryShelf shelf, string token)
    {
        var wanted = SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token));
        routes.MapGet(Path, (RequestDelegate)(http => IsAllowed(http) ? ListAsync(http, shelf) : RefuseAsync(http)));
        routes.MapGet(Path + "/{name}", (RequestDelegate)(http => IsAllowed(http) ? SendAsync(http, shelf) : RefuseAsync(http)));

        bool IsAllowed(HttpContext http) => CryptographicOperations.FixedTimeEquals(wanted, SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString())));
    }

    private static Task ListAsync(HttpContext http, EntryShelf shelf)
    {
        if (!int.TryParse(http.Request.Query["newest"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > EntryShelf.MostListed)
            return AdminApi.Problem(400, $"newest has to be a number up to {EntryShelf.MostListed}").ExecuteAsync(http);
        http.Response.ContentType = "application/json";
        return http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(shelf.ListNewest(count), SharedEntriesJson.Default.SharedEntries), http.RequestAborted).AsTask();
    }

    private static async Task SendAsync(HttpContext http, EntryShelf shelf)
    {
        var cache = http.Request.Query["cache"].ToString();
        if (!shelf.TryOpen((string)http.GetRouteValue("name")!, cache.Length == 0 ? null : cache, out var file, out var length))
        {
            await AdminApi.Problem(404, "there is no such object here, or it is not fresh").ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        using var handle = file.ToHandle();
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = length;
        var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        await using (stream.ConfigureAwait(false)) await stream.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return AdminApi.Problem(401, "objects are given to who shows the token of 'warm:'").ExecuteAsync(http);
    }
}
