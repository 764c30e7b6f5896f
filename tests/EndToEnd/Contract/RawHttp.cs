using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.EndToEnd.Contract;

/// <summary>What came back on a connection before it ended: the first status, 0 when there was none, and everything.</summary>
internal sealed record RawReply(int Status, string Text);

/// <summary>Sends bytes that no HTTP client would send.</summary>
internal static class RawHttp
{
    /// <summary>Sends the bytes, with <paramref name="cut"/> closes the sending side, and reads to the end of the connection.</summary>
    public static async Task<RawReply> SendAsync(int port, byte[] request, bool cut)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var received = new StringBuilder();
        try
        {
            await socket.SendAsync(request, TestContext.Current.CancellationToken);
            if (cut) socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[16 * 1024];
            while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Deadline) is > 0 and var read)
                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // Reset by the server in the middle: what came is what came.
        }

        var text = received.ToString();
        return new RawReply(text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0, text);
    }
}
