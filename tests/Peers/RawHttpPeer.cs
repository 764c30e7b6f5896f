using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.Peers;

/// <summary>One request as its bytes were, a character for each byte.</summary>
/// <param name="Connection">Counted from 1.</param>
/// <param name="Number">Counted from 1 on its connection.</param>
/// <param name="Head">Up to and without the blank line.</param>
public sealed record RawRequest(int Connection, int Number, string Head)
{
    public string Line => Head.Split("\r\n")[0];

    public string Method => Line.Split(' ')[0];

    public string Target => Line.Split(' ')[1];

    /// <summary>The header's value; null when there is none.</summary>
    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();
}

/// <summary>What is sent back: bytes, as characters, and whether the connection is then closed, or left without another word.</summary>
public sealed record RawReply(string Bytes, bool Close = false)
{
    public static RawReply Ok { get; } = new("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    /// <summary>Accepts the request and says nothing.</summary>
    public static RawReply Silence { get; } = new("");

    public static RawReply Status(int status, string reason) => new($"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\n\r\n");
}

/// <summary>A listener that reads bodiless requests and answers with whatever bytes the test wants, well-formed or not.</summary>
public sealed class RawHttpPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RawRequest, Task<RawReply>> _answer;
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly ConcurrentQueue<RawRequest> _requests = new();
    private readonly Task _accepting;
    private int _connections;

    private RawHttpPeer(Func<RawRequest, Task<RawReply>> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    public IReadOnlyList<RawRequest> Requests => [.. _requests];

    public int Connections => Volatile.Read(ref _connections);

    public static RawHttpPeer Start(Func<RawRequest, RawReply> answer) => new(request => Task.FromResult(answer(request)));

    public static RawHttpPeer Start(Func<RawRequest, Task<RawReply>> answer) => new(answer);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _serving.Add(ServeAsync(socket, Interlocked.Increment(ref _connections)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            return; // stopped
        }
    }

    private async Task ServeAsync(Socket socket, int connection)
    {
        using (socket)
        {
            try
            {
                var text = "";
                var buffer = new byte[64 * 1024];
                for (var number = 1; ; number++)
                {
                    int end;
                    while ((end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
                    {
                        var count = await socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
                        if (count == 0) return;
                        text += Encoding.Latin1.GetString(buffer, 0, count);
                    }

                    var request = new RawRequest(connection, number, text[..end]);
                    text = text[(end + 4)..];
                    _requests.Enqueue(request);
                    var reply = await _answer(request).WaitAsync(_stop.Token);
                    await socket.SendAsync(Encoding.Latin1.GetBytes(reply.Bytes), SocketFlags.None, _stop.Token);
                    if (reply.Close) return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return; // the other side went, or the test is over
            }
        }
    }
}
