using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.Peers;

/// <summary>Asks one question over a connection of its own, its bytes sent as they are.</summary>
public static class RawClient
{
    /// <summary>The whole answer to a GET, a character for each byte. The target's characters are sent as UTF-8.</summary>
    public static Task<string> GetAsync(int port, string host, string target, string headers = "")
        => SendAsync(port, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");

    public static async Task<string> SendAsync(int port, string request)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), SocketFlags.None, cancel);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await Eventually.DoneAsync(reader.ReadToEndAsync(cancel), "the answer to " + request.Split('\r')[0]);
    }
}
