using System.Net.Sockets;

namespace Towncrier.Host.Warming;

/// <summary>Has a warm nginx fetch objects, by asking it for them: at most so many a second, their bodies thrown away.</summary>
internal sealed class NginxFiller : IDisposable
{
    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly Uri _through;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _apart;
    private readonly Lock _lock = new();
    private DateTimeOffset _next;

    /// <param name="through">Where nginx listens; of an https one, certificates must be valid for the hosts asked for.</param>
    /// <param name="rate">Requests a second.</param>
    public NginxFiller(Uri through, int rate, TimeProvider clock)
    {
        (_through, _clock, _apart) = (through, clock, TimeSpan.FromSeconds(1.0 / rate));
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5), ConnectCallback = (_, cancel) => ConnectAsync(cancel) })
        {
            Timeout = Timeout.InfiniteTimeSpan, // the warm-up's own ends it
        };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "towncrier-warm");
    }

    /// <summary>False where the answer would be stored under another key.</summary>
    public bool Fits(KeyedRequest request) => request.Scheme is null || request.Scheme == _through.Scheme;

    /// <summary>Whether nginx answered.</summary>
    public async Task<bool> FillAsync(KeyedRequest request, CancellationToken cancel)
    {
        await TurnAsync(cancel).ConfigureAwait(false);
        try
        {
            using var response = await _http.GetAsync(new Uri($"{_through.Scheme}://{request.Host}{request.Target}", AsIs), HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            await response.Content.CopyToAsync(Stream.Null, cancel).ConfigureAwait(false);
            return (int)response.StatusCode < 500;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException)
        {
            return false;
        }
    }

    /// <summary>Whether somebody listens there.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancel)
    {
        try
        {
            var stream = await ConnectAsync(cancel).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_through.IdnHost.Trim('[', ']'), _through.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Turns are given out in advance, one after the other: whoever comes late does not make up for it.
    private async Task TurnAsync(CancellationToken cancel)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            wait = _next > now ? _next - now : TimeSpan.Zero;
            _next = now + wait + _apart;
        }

        if (wait > TimeSpan.Zero) await Task.Delay(wait, _clock, cancel).ConfigureAwait(false);
    }
}
