using System.Net.Sockets;

namespace Towncrier.Providers.Varnish;

/// <summary>Buffered reading of one socket, with a bound on what has to be held at once. For one reader at a time.</summary>
internal sealed class WireReader(Socket socket)
{
    /// <summary>Longest response head or line, in bytes. Varnish's own answers take some 300.</summary>
    public const int MostHeld = 32 * 1024;

    private readonly byte[] _buffer = new byte[MostHeld];
    private int _from;
    private int _to;

    /// <summary>What was received and not yet consumed.</summary>
    public ReadOnlySpan<byte> Pending => _buffer.AsSpan(_from, _to - _from);

    public void Consume(int count) => _from += count;

    /// <summary>Receives more; false when the peer has ended the stream.</summary>
    /// <exception cref="IOException">The buffer is full of something that has no end.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        if (_from > 0)
        {
            Pending.CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _buffer.Length) throw new IOException($"its answer holds more than {MostHeld} bytes without an end");
        var count = await socket.ReceiveAsync(_buffer.AsMemory(_to), SocketFlags.None, cancel).ConfigureAwait(false);
        _to += count;
        return count > 0;
    }
}
