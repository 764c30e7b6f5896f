using System.Net;
using System.Net.Sockets;

namespace Towncrier.Peers;

/// <summary>Asks the kernel for a loopback port. Another process may take it before it is used: callers that bind it retry.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
