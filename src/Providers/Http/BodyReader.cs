using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Towncrier.Providers.Http;

/// <summary>Reads a request's body up to a limit, whether its length was announced or not.</summary>
internal static class BodyReader
{
    private const int Chunk = 16 * 1024;

    /// <summary>The whole body; null when it is larger than <paramref name="most"/> bytes.</summary>
    /// <exception cref="BadHttpRequestException">The body is not HTTP, ends early or comes too slowly; it has the status.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http, int most)
    {
        if (http.Request.ContentLength > most) return null;
        var feature = http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (feature is { IsReadOnly: false }) feature.MaxRequestBodySize = most;

        // Our own count stands behind the server's, which a server may not have.
        var body = new ArrayBufferWriter<byte>((int)Math.Min(http.Request.ContentLength ?? Chunk, Chunk) + 1);
        try
        {
            while (await http.Request.Body.ReadAsync(body.GetMemory(1), http.RequestAborted).ConfigureAwait(false) is > 0 and var read)
            {
                body.Advance(read);
                if (body.WrittenCount > most) return null;
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }

        return body.WrittenMemory;
    }
}
