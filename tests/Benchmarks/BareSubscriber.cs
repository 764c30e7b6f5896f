using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Towncrier.Benchmarks;

/// <summary>The least a subscriber can do: read, count, and note when.</summary>
internal sealed class BareSubscriber : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _subscribed = new();
    private long _messages;
    private long _last;

    public BareSubscriber(int port, string channel)
    {
        _client.Connect(IPAddress.Loopback, port);
        _client.GetStream().Write(System.Text.Encoding.ASCII.GetBytes($"SUBSCRIBE {channel}\r\n"));
        _thread = new Thread(Read) { IsBackground = true };
        _thread.Start();
        _subscribed.Task.Wait();
    }

    /// <summary>Milliseconds from <paramref name="began"/> to the message of that number.</summary>
    public double Last(int count, long began)
    {
        SpinWait.SpinUntil(() => Interlocked.Read(ref _messages) >= count, TimeSpan.FromSeconds(60));
        return Stopwatch.GetElapsedTime(began, Interlocked.Read(ref _last)).TotalMilliseconds;
    }

    public void Dispose()
    {
        _client.Dispose();
        _thread.Join();
    }

    // Each message begins with "*3", and no message of ours holds a star.
    private void Read()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (_client.GetStream().Read(buffer) is > 0 and var length)
            {
                var stars = buffer.AsSpan(0, length).Count((byte)'*');
                if (_subscribed.TrySetResult()) stars--;
                Interlocked.Add(ref _messages, stars);
                Interlocked.Exchange(ref _last, Stopwatch.GetTimestamp());
            }
        }
        catch (IOException)
        {
            return; // disposed of
        }
    }
}
