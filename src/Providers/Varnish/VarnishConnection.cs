using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Towncrier.Providers.Varnish;

/// <summary>One connection: a request, its response, and again. Owned by who rents it; not for two at a time.</summary>
internal sealed class VarnishConnection : IDisposable
{
    private const int MostBody = 1024 * 1024; // bytes of an answer's body that are worth reading for the connection's sake
    private const int MostInterim = 8; // 1xx answers before the real one

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly WireReader _reader;

    public VarnishConnection() => _reader = new WireReader(_socket);

    /// <summary>It can take another request.</summary>
    public bool Reusable { get; private set; }

    /// <exception cref="SocketException">It cannot be reached.</exception>
    public ValueTask ConnectAsync(Endpoint endpoint, CancellationToken cancel)
        => IPAddress.TryParse(endpoint.Name, out var address)
            ? _socket.ConnectAsync(new IPEndPoint(address, endpoint.Port), cancel)
            : _socket.ConnectAsync(new DnsEndPoint(endpoint.Name, endpoint.Port), cancel);

    /// <summary>Sends one request and reads its response to the end. The body is not kept.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="IOException">It ended before the response did, or what came is no HTTP.</exception>
    public async Task<AnswerHead> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        Reusable = false;
        while (!request.IsEmpty) request = request[await _socket.SendAsync(request, SocketFlags.None, cancel).ConfigureAwait(false)..];
        var answer = await ReadHeadAsync(cancel).ConfigureAwait(false);
        for (var interim = 0; answer.Status < 200; answer = await ReadHeadAsync(cancel).ConfigureAwait(false))
            if (++interim > MostInterim) throw new IOException("it sends interim answers without an end");
        // The status has come: what follows only decides whether the connection can be kept.
        Reusable = answer.Keep && await IsDrainedAsync(answer, cancel).ConfigureAwait(false);
        return answer;
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<AnswerHead> ReadHeadAsync(CancellationToken cancel)
    {
        int length;
        while ((length = _reader.Pending.IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!_reader.Pending.IsEmpty && !"HTTP/1."u8.StartsWith(_reader.Pending[..Math.Min(7, _reader.Pending.Length)]))
                throw new IOException("what it answers is no HTTP/1");
            if (!await _reader.FillAsync(cancel).ConfigureAwait(false))
                throw new IOException(_reader.Pending.IsEmpty ? "it closed the connection without an answer" : "its answer ends in the middle of its head");
        }

        if (!AnswerHead.TryParse(_reader.Pending[..length], out var answer)) throw new IOException("the head of its answer is no HTTP/1");
        _reader.Consume(length + 4);
        return answer;
    }

    /// <summary>Whether the body was read to its end, and nothing follows it. Its failing, or its time running out, fails nothing else.</summary>
    private async ValueTask<bool> IsDrainedAsync(AnswerHead answer, CancellationToken cancel)
    {
        try
        {
            return await TryDrainAsync(answer, cancel).ConfigureAwait(false) && _reader.Pending.IsEmpty;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private async ValueTask<bool> TryDrainAsync(AnswerHead answer, CancellationToken cancel)
    {
        if (answer.Body == BodyKind.Length) return await TrySkipAsync(answer.Length, cancel).ConfigureAwait(false);
        var total = 0L;
        while (answer.Body == BodyKind.Chunked)
        {
            var size = await ReadChunkSizeAsync(cancel).ConfigureAwait(false);
            if (size < 0 || (total += size) > MostBody) return false;
            if (!await TrySkipAsync(size + 2, cancel).ConfigureAwait(false)) return false; // its line end, or the trailer's blank line
            if (size == 0) break;
        }

        return true;
    }

    private async ValueTask<bool> TrySkipAsync(long count, CancellationToken cancel)
    {
        if (count > MostBody) return false;
        while (true)
        {
            var now = (int)Math.Min(count, _reader.Pending.Length);
            _reader.Consume(now);
            count -= now;
            if (count == 0) return true;
            if (!await _reader.FillAsync(cancel).ConfigureAwait(false)) return false;
        }
    }

    /// <summary>The size on a chunk's first line; -1 for what is none.</summary>
    private async ValueTask<long> ReadChunkSizeAsync(CancellationToken cancel)
    {
        int end;
        while ((end = _reader.Pending.IndexOf((byte)'\n')) < 0)
            if (!await _reader.FillAsync(cancel).ConfigureAwait(false)) return -1;
        var read = Utf8Parser.TryParse(_reader.Pending[..end], out long size, out var used, 'x') && used > 0;
        _reader.Consume(end + 1);
        return read ? size : -1;
    }
}
