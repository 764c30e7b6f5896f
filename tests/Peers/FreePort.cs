using System.Net;
using System.Net.Sockets;

namespace Towncrier.Peers;

/// <summary>
/// Loopback ports for servers that must be told theirs. They lie below the range from which the kernel takes ports for
/// outgoing connections and for "any port", and none is given out twice, over all test processes of this machine: a
/// port stays its server's also while the server is down, so nobody else answers there and it can come back.
/// </summary>
public static class FreePort
{
    private const int First = 10_000;
    private const int Last = 32_000; // ip_local_port_range begins at 32768

    private static readonly Lock Gate = new();
    private static readonly List<FileStream> Claims = []; // each holds its lock until this process ends
    private static int _next = First + (int)((uint)Environment.ProcessId * 7919 % (Last - First));

    public static int Next()
    {
        lock (Gate)
        {
            for (var tries = 0; tries < Last - First; tries++)
            {
                _next = _next == Last ? First : _next + 1;
                if (TryClaim(_next)) return _next;
            }
        }

        throw new InvalidOperationException($"every port from {First} to {Last} is taken");
    }

    private static bool TryClaim(int port)
    {
        if (!IsFree(port)) return false;
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "towncrier-ports"));
        try
        {
            Claims.Add(new FileStream(Path.Combine(folder.FullName, $"{port}"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));
            return true;
        }
        catch (IOException)
        {
            return false; // another test process has it
        }
    }

    // By connecting, not by binding: a listener of ours would live on for a moment in whatever process is being forked right now.
    private static bool IsFree(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
