using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Towncrier.Peers;

/// <summary>
/// A TCP link to a local server that can be made to fail: cut, frozen both ways (open and silent, as when a cable is
/// pulled), or refusing connections. It listens on one port for all its life.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private volatile bool _refusing;
    private readonly int _target;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private TaskCompletionSource _flows = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket _listener;

    private TcpProxy(int target)
    {
        _target = target;
        _listener = Loopback.Listen(FreePort.Next()); // refusing, it must stay its own
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _flows.SetResult();
    }

    public int Port { get; }

    /// <summary>Connections that were taken, ever.</summary>
    public int Taken { get; private set; }

    public static TcpProxy Start(int target)
    {
        var proxy = new TcpProxy(target);
        _ = proxy.AcceptAsync(proxy._listener);
        return proxy;
    }

    /// <summary>Resets every connection there is; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var socket in _open.Keys) socket.Close(timeout: 0);
    }

    /// <summary>From now on nothing passes, and nobody is told. Connections are still taken.</summary>
    public void Freeze()
    {
        if (_flows.Task.IsCompleted) _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What was held up passes now.</summary>
    public void Thaw() => _flows.TrySetResult();

    /// <summary>Cuts, and refuses new connections until <see cref="Restore"/>.</summary>
    public void Refuse()
    {
        _refusing = true; // also for one that was taken a moment ago and is not on the list yet
        _listener.Dispose();
        Cut();
    }

    /// <summary>Takes connections again and lets everything pass.</summary>
    public void Restore()
    {
        Thaw();
        _refusing = false;
        _listener.Dispose();
        _listener = Loopback.Listen(Port);
        _ = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Thaw();
        Refuse();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_end.Token);
                Taken++;
                _ = ForwardAsync(client);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return; // refusing, or at the end
            }
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            _open[client] = _open[server] = 0;
            try
            {
                if (_refusing) return;
                client.NoDelay = true;
                await _flows.Task;
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return; // the link is gone: that is what it is for
            }
            finally
            {
                _open.TryRemove(client, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var read)
            {
                await _flows.Task;
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _end.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return;
        }
    }
}
