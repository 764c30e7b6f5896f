using System.Net;
using System.Net.Sockets;

namespace Towncrier.Peers;

/// <summary>Listens on a loopback port of our own.</summary>
public static class Loopback
{
    /// <summary>
    /// Listens on <paramref name="port"/>, also where we have just listened before: a process that is being forked holds the
    /// old listener for a moment longer.
    /// </summary>
    /// <exception cref="SocketException">Another server has the port.</exception>
    public static Socket Listen(int port, int backlog = 512)
    {
        Socket? listener = null;
        if (SpinWait.SpinUntil(() => (listener = TryListen(port, backlog)) is not null, TimeSpan.FromSeconds(5))) return listener!;
        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    private static Socket? TryListen(int port, int backlog)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }
}
