using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>
/// A real origin on a loopback port, speaking HTTP, FastCGI, uwsgi or SCGI. The test scripts it with one function;
/// the reply's gates hold a response before its head or in the middle of its body. Counts every request.
/// </summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly IOriginWire _wire;
    private readonly Func<OriginRequest, OriginReply> _handler;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<OriginRequest> _requests = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private Task _accepting = Task.CompletedTask;

    private Origin(Socket listener, IOriginWire wire, Func<OriginRequest, OriginReply> handler) =>
        (_listener, Port, _wire, _handler) = (listener, ((IPEndPoint)listener.LocalEndPoint!).Port, wire, handler);

    /// <summary>Stays this origin's after <see cref="DisposeAsync"/>.</summary>
    public int Port { get; }

    /// <summary>Every request so far, in order of arrival.</summary>
    public IReadOnlyCollection<OriginRequest> Requests => _requests;

    /// <summary>Listens at once. <paramref name="port"/> 0 takes a free one; another brings an origin back after <see cref="DisposeAsync"/>.</summary>
    public static Origin Start(
        Func<OriginRequest, OriginReply> handler, UpstreamKind kind = UpstreamKind.Proxy, int port = 0)
    {
        IOriginWire wire = kind switch
        {
            UpstreamKind.FastCgi => new FastCgiWire(),
            UpstreamKind.Uwsgi => new UwsgiWire(),
            UpstreamKind.Scgi => new ScgiWire(),
            _ => new HttpWire(),
        };
        var origin = new Origin(Loopback.Listen(port == 0 ? FreePort.Next() : port), wire, handler);
        origin._accepting = origin.AcceptAsync();
        return origin;
    }

    /// <summary>How often <paramref name="target"/> (path with query) was asked for.</summary>
    public int Count(string target) => _counts.GetValueOrDefault(target);

    /// <summary>Waits until <paramref name="target"/> was asked for at least <paramref name="count"/> times: a held request has then arrived.</summary>
    public Task WaitForAsync(string target, int count = 1) =>
        Eventually.TrueAsync(() => Count(target) >= count, $"{count} requests for {target} at the origin");

    /// <summary>Closes the port and every connection: from now on nginx is refused. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_running.Keys);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                var serving = ServeAsync(client);
                _running.TryAdd(serving, 0);
                _ = serving.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception ended) when (_stop.IsCancellationRequested && ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var held = client;
        try
        {
            client.NoDelay = true;
            await using var stream = new NetworkStream(client);
            if (await _wire.ReadAsync(stream, _stop.Token) is { } request)
                await AnswerAsync(stream, request);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // nginx gave up on the connection, or the test is over: either way there is no one to answer.
        }
    }

    private async Task AnswerAsync(NetworkStream stream, OriginRequest request)
    {
        var number = _counts.AddOrUpdate(request.Target, 1, (_, count) => count + 1);
        request = request with { Number = number };
        _requests.Enqueue(request);
        var reply = Ask(request).For(request);
        await reply.BeforeHead.WaitAsync(_stop.Token);
        var body = request.Method == "HEAD" ? default : reply.Body;
        var half = body.Length / 2;
        byte[] start = [.. Encoding.Latin1.GetBytes(_wire.Head(reply)), .. body.Span[..half]];
        if (reply.MidBody.IsCompleted)
        {
            await _wire.WriteAsync(stream, reply, (byte[])[.. start, .. body.Span[half..]], _stop.Token);
        }
        else
        {
            await _wire.WriteAsync(stream, reply, start, _stop.Token);
            await reply.MidBody.WaitAsync(_stop.Token);
            await _wire.WriteAsync(stream, reply, body[half..], _stop.Token);
        }
        await _wire.EndAsync(stream, _stop.Token);
    }

    /// <summary>A handler that fails answers 500 with its exception as the body, where the test's next assertion shows it.</summary>
    private OriginReply Ask(OriginRequest request)
    {
        try
        {
            return _handler(request);
        }
        catch (Exception problem)
        {
            return OriginReply.Text(problem.ToString()) with { Status = 500 };
        }
    }
}
