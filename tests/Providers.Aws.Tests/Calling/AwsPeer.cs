using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>One request as it came.</summary>
/// <param name="Number">Counted from 1, over all connections.</param>
internal sealed record PeerRequest(int Number, string Head, byte[] Body)
{
    public string Line => Head.Split("\r\n")[0];

    public string Text => Encoding.UTF8.GetString(Body);

    public IEnumerable<KeyValuePair<string, string>> Headers => Head.Split("\r\n").Skip(1).Select(line => KeyValuePair.Create(line.Split(':', 2)[0].ToLowerInvariant(), line.Split(':', 2)[1].Trim()));

    /// <summary>The header's value; empty when there is none.</summary>
    public string Header(string name) => Headers.FirstOrDefault(header => header.Key == name).Value ?? "";
}

/// <summary>A listener on loopback that plays AWS by a script: it answers with whatever bytes the test wants, well-formed or not.</summary>
internal sealed class AwsPeer : IAsyncDisposable
{
    /// <summary>Answers nothing and keeps the connection open.</summary>
    public const string Silence = "";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<PeerRequest, string> _answer;
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly ConcurrentQueue<PeerRequest> _requests = new();
    private readonly Task _accepting;
    private int _count;

    private AwsPeer(Func<PeerRequest, string> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public IReadOnlyList<PeerRequest> Requests => [.. _requests];

    /// <param name="answer">The bytes to answer with, a character each; the connection is closed after one that says so.</param>
    public static AwsPeer Start(Func<PeerRequest, string> answer) => new(answer);

    /// <summary>An answer whose body is UTF-8.</summary>
    public static string Reply(int status, string body, params string[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return $"HTTP/1.1 {status} x\r\nContent-Length: {bytes.Length}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n{Encoding.Latin1.GetString(bytes)}";
    }

    /// <summary>Says less than it announced, and closes.</summary>
    public static string Cut(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length + 10}\r\nConnection: close\r\n\r\n{body}";

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
            while (true) _serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            return; // stopped
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var input = "";
                while (true)
                {
                    while (!IsWhole(input)) input += await MoreAsync(socket);
                    var end = input.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                    var length = LengthIn(input[..end]);
                    var request = new PeerRequest(Interlocked.Increment(ref _count), input[..end], Encoding.Latin1.GetBytes(input.Substring(end + 4, length)));
                    input = input[(end + 4 + length)..];
                    _requests.Enqueue(request);
                    var answer = _answer(request);
                    await socket.SendAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
                    if (answer.Contains("Connection: close", StringComparison.Ordinal)) return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or EndOfStreamException)
            {
                return; // the other side went, or the test is over
            }
        }
    }

    private async Task<string> MoreAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var count = await socket.ReceiveAsync(buffer, _stop.Token);
        return count == 0 ? throw new EndOfStreamException() : Encoding.Latin1.GetString(buffer, 0, count);
    }

    private static bool IsWhole(string input)
    {
        var end = input.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end >= 0 && input.Length >= end + 4 + LengthIn(input[..end]);
    }

    private static int LengthIn(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Select(line => int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault();
}
