using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Towncrier.Store.Cluster;

/// <summary>A list as a peer gave it.</summary>
/// <param name="Next">Where to go on from, where the list is one of several; null at the end.</param>
/// <param name="All">Objects that the peer has in all; zero where it does not say.</param>
internal readonly record struct PeerList<T>(T? Value, long? Next, long All);

/// <summary>
/// Asks other nodes' shelves. Follows no redirect: the token is for the peer alone. Nothing is waited for without an end, and
/// nothing is read that is longer than it may be.
/// </summary>
internal sealed class PeerClient : IDisposable
{
    public const string NextHeader = "Towncrier-Next";
    public const string AllHeader = "Towncrier-Objects";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // to the first byte, and between two
    private const int SlowestPace = 16 * 1024; // bytes a second, after the first seconds
    private const int LongestList = 64 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public PeerClient(string token, TimeProvider clock, Func<HttpMessageHandler>? making = null)
    {
        var handler = making?.Invoke() ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseCookies = false, UseProxy = false };
        RefuseRedirects(handler);
        _clock = clock;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestList };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>A list as whatever the peers' kind makes of it.</summary>
    /// <param name="query">Which: <c>newest=N</c>, or <c>from=N</c>.</param>
    /// <param name="most">Objects it may have.</param>
    /// <exception cref="IOException">The peer cannot be reached, or answers something else.</exception>
    public async Task<PeerList<T>> ReadListAsync<T>(Uri address, string query, int most, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await _http.GetAsync(new Uri(Base(address), "objects?" + query), HttpCompletionOption.ResponseContentRead, limit.Token).ConfigureAwait(false);
            Check(response, address);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            if (!IsWithin(body, most)) throw new PeerException($"{address}: its list is longer than was asked for", isLasting: true);
            return new PeerList<T>(JsonSerializer.Deserialize(body, type), Number(response, NextHeader), Number(response, AllHeader) ?? 0);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new PeerException($"{address}: {Said(e)}", isLasting: e is JsonException, e);
        }
    }

    /// <summary>Hands one file on, piece by piece; false when the peer does not have it any more.</summary>
    /// <param name="begin">Told its length first; false when it is not wanted.</param>
    /// <param name="take">False when it wants no more.</param>
    /// <exception cref="IOException">The peer cannot be reached, answers something else, or broke off.</exception>
    public async Task<bool> FetchAsync(Uri address, string name, Func<long, bool> begin, Func<ReadOnlyMemory<byte>, bool> take, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await _http.GetAsync(new Uri(Base(address), "objects/" + name), HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return false;
            Check(response, address);
            // Only by its length is a file known to be whole.
            if (response.Content.Headers.ContentLength is not { } length) throw new PeerException($"{address}: an object came without its length", isLasting: true);
            if (!begin(length)) return true;
            var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                var buffer = new byte[64 * 1024];
                var (done, began) = (0L, _clock.GetTimestamp());
                for (int read; (read = await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0; limit.CancelAfter(Patience))
                {
                    done += read;
                    if (!take(buffer.AsMemory(0, read))) return true;
                    if (_clock.GetElapsedTime(began) > Patience + TimeSpan.FromSeconds((double)done / SlowestPace)) throw new PeerException($"{address}: an object comes too slowly, {done} of {length} bytes until now", isLasting: false);
                }

                return true;
            }
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new PeerException($"{address}: {Said(e)}", isLasting: false, e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static Uri Base(Uri address) => address.AbsolutePath.EndsWith('/') ? address : new Uri(address.GetLeftPart(UriPartial.Path) + "/");

    private static string Said(Exception e) => e is OperationCanceledException ? $"no answer for {Patience.TotalSeconds} s" : e.Message;

    private static long? Number(HttpResponseMessage response, string header)
        => response.Headers.TryGetValues(header, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // That the token is another does not change while it is tried again; that nothing is served there yet does.
    private static void Check(HttpResponseMessage response, Uri address)
    {
        if (response.IsSuccessStatusCode) return;
        var status = (int)response.StatusCode;
        throw new PeerException($"{address}: it answers {status}{(status == 401 ? ", so its token is another" : "")}", isLasting: status is >= 300 and < 500 and not (404 or 408 or 429));
    }

    // Before anything is made of it: an object of the list is some tokens of text, and may become a hundred bytes here.
    private static bool IsWithin(ReadOnlySpan<byte> body, int most)
    {
        var reader = new Utf8JsonReader(body);
        for (var left = 32L * (most + 100L); reader.Read(); left--)
            if (left == 0) return false;
        return true;
    }

    private static void RefuseRedirects(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler outer) handler = outer.InnerHandler;
        if (handler is SocketsHttpHandler sockets) sockets.AllowAutoRedirect = false;
        if (handler is HttpClientHandler client) client.AllowAutoRedirect = false;
    }
}
