namespace Towncrier.Providers.Varnish;

/// <summary>Connections that are kept between requests, the last used first. Who rents and who returns bounds their number.</summary>
internal sealed class ConnectionPool(Endpoint endpoint) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<VarnishConnection> _idle = new();
    private bool _disposed;

    /// <summary>Connections at rest.</summary>
    public int Idle
    {
        get { lock (_lock) return _idle.Count; }
    }

    /// <summary>
    /// Sends a request on a connection that is there, or on a new one. A kept connection that fails without an answer was
    /// most likely closed at the other end meanwhile, and the others with it: then a new one is taken, at once and once.
    /// All requests may be sent twice: what is purged already stays purged.
    /// </summary>
    /// <exception cref="System.Net.Sockets.SocketException">It cannot be reached, or the connection broke.</exception>
    /// <exception cref="IOException">What came is no answer.</exception>
    public async Task<AnswerHead> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        if (Take() is { } kept)
        {
            try
            {
                return await ExchangeAsync(kept, request, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
                Clear();
            }
        }

        var fresh = new VarnishConnection();
        try
        {
            await fresh.ConnectAsync(endpoint, cancel).ConfigureAwait(false);
        }
        catch
        {
            fresh.Dispose();
            throw;
        }

        return await ExchangeAsync(fresh, request, cancel).ConfigureAwait(false);
    }

    public void Dispose()
    {
        lock (_lock) _disposed = true;
        Clear();
    }

    private async Task<AnswerHead> ExchangeAsync(VarnishConnection connection, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        try
        {
            return await connection.ExchangeAsync(request, cancel).ConfigureAwait(false);
        }
        finally
        {
            Return(connection);
        }
    }

    private VarnishConnection? Take()
    {
        lock (_lock) return _idle.TryPop(out var connection) ? connection : null;
    }

    private void Return(VarnishConnection connection)
    {
        lock (_lock)
        {
            if (connection.Reusable && !_disposed)
            {
                _idle.Push(connection);
                return;
            }
        }

        connection.Dispose();
    }

    private void Clear()
    {
        VarnishConnection[] all;
        lock (_lock)
        {
            all = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in all) connection.Dispose();
    }
}
