using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Towncrier.Store.Serving;

/// <summary>How a shelf is served, a store's and an agent's alike. Compiled into both.</summary>
internal static class ShelfHttp
{
    /// <summary>Reads a number of the query; false where there is none, or it is not 0 to <paramref name="most"/>.</summary>
    public static bool TryRead(HttpContext http, string name, uint most, out uint number)
        => uint.TryParse(http.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    public static async Task SendListAsync(HttpContext http, byte[] json)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json, http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Sends a file with its length, by which a peer knows that it has all of it.</summary>
    /// <param name="file">Closed at the end.</param>
    public static async Task SendFileAsync(HttpContext http, SafeFileHandle file, long length)
    {
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = length;
        var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
        await using (stream.ConfigureAwait(false)) await stream.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }
}
