using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Towncrier.Store.Cluster;

/// <summary>Asks other nodes' shelves. Follows no redirect: the token is for the peer alone.</summary>
internal sealed class PeerClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // to the first byte, and between two
    private const int LongestList = 64 * 1024 * 1024;

    private readonly HttpClient _http;

    public PeerClient(string token, Func<HttpMessageHandler>? making = null)
    {
        var handler = making?.Invoke() ?? new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5), UseCookies = false, UseProxy = false };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestList };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <exception cref="IOException">The peer cannot be reached, or answers something else.</exception>
    public async Task<IReadOnlyList<SharedObject>> ListNewestAsync(Uri address, int count, CancellationToken cancel)
        => await ReadListAsync(address, count, NoticeJson.Default.ListSharedObject, cancel).ConfigureAwait(false) ?? [];

    /// <summary>A list as whatever the peers' kind makes of it; null where it is JSON's null.</summary>
    /// <exception cref="IOException">The peer cannot be reached, or answers something else.</exception>
    public async Task<T?> ReadListAsync<T>(Uri address, int count, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            var body = await _http.GetByteArrayAsync(new Uri(Base(address), $"objects?newest={count}"), limit.Token).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, type);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new IOException($"{address}: {e.Message}", e);
        }
    }

    /// <summary>Hands one file on, piece by piece; false when the peer does not have it any more.</summary>
    /// <param name="take">False when it wants no more.</param>
    /// <exception cref="IOException">The peer cannot be reached, answers something else, or broke off.</exception>
    public async Task<bool> FetchAsync(Uri address, string name, Func<ReadOnlyMemory<byte>, bool> take, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await _http.GetAsync(new Uri(Base(address), "objects/" + name), HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return false;
            response.EnsureSuccessStatusCode();
            // Only by its length is a file known to be whole.
            if (response.Content.Headers.ContentLength is null) throw new IOException($"{address}: an object came without its length");
            var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                var buffer = new byte[64 * 1024];
                for (int read; (read = await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0; limit.CancelAfter(Patience))
                    if (!take(buffer.AsMemory(0, read))) return true;
                return true;
            }
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new IOException($"{address}: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static Uri Base(Uri address) => address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
