using System.Net.Sockets;
using System.Security.Authentication;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>How a request was lost.</summary>
/// <param name="Problem">What happened, for an error message.</param>
/// <param name="MayHaveArrived">AWS may have done what was asked.</param>
internal sealed record Loss(string Problem, TryOutcome Outcome, bool MayHaveArrived, Exception? Cause = null);

/// <summary>Exactly one of the two.</summary>
internal readonly record struct Reply(AwsAnswer? Answer, Loss? Loss);

/// <summary>Pooled HTTP connections. Each request and answer is bounded in time, each answer in size. Safe from several threads.</summary>
internal sealed class Transport(TimeProvider clock) : IDisposable
{
    /// <summary>Within a continent a connection with TLS takes a few hundred milliseconds; a packet lost twice some 3 s.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>SQS and SNS answer within tens of milliseconds, rarely a second; what takes longer has usually been lost. A long poll's wait comes on top.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),     // to follow AWS's names when they move
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20), // before the far side closes
        MaxConnectionsPerServer = 64,
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 64, // KiB
        Proxy = new RemoteProxy(HttpClient.DefaultProxy),
    });

    /// <param name="wait">How long the server may hold the answer back, on top of <see cref="AnswerTimeout"/>.</param>
    /// <param name="most">Most bytes of the answer.</param>
    public async Task<Reply> SendAsync(HttpRequestMessage request, TimeSpan wait, int most, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(AnswerTimeout + wait, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var response = await _invoker.SendAsync(request, both.Token).ConfigureAwait(false);
            return await ReadAsync(response, most, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return limit.IsCancellationRequested
                ? new Reply(null, new Loss($"no answer within {(AnswerTimeout + wait).TotalSeconds:0} s", TryOutcome.TimedOut, true))
                : new Reply(null, new Loss($"no connection within {ConnectTimeout.TotalSeconds:0} s; does a firewall drop the packets?", TryOutcome.TimedOut, false));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or AuthenticationException)
        {
            return new Reply(null, LossOf(e));
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static async Task<Reply> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancel)
    {
        var announced = response.Content.Headers.ContentLength ?? 0;
        if (announced > most) return TooLarge(most);
        using var body = new MemoryStream((int)announced);
        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var piece = new byte[16 * 1024];
            for (int count; (count = await stream.ReadAsync(piece, cancel).ConfigureAwait(false)) > 0;)
            {
                if (body.Length + count > most) return TooLarge(most);
                body.Write(piece, 0, count);
            }
        }

        return new Reply(new AwsAnswer((int)response.StatusCode, body.GetBuffer().AsMemory(0, (int)body.Length), response.Headers.Date, First(response, "x-amzn-RequestId"), First(response, "x-amzn-query-error")), null);
    }

    private static Reply TooLarge(int most) => new(null, new Loss($"the answer has more than {most} bytes, which none of AWS has; is a proxy between?", TryOutcome.Final, true));

    private static Loss LossOf(Exception e)
    {
        var hasNotArrived = e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError };
        var problem = (e.InnerException ?? e).Message;
        return new Loss(hasNotArrived ? $"cannot connect: {problem}" : $"the connection was lost: {problem}", TryOutcome.Passing, !hasNotArrived, e);
    }

    private static string? First(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
