namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>One protocol between nginx and an origin: reads one request, frames one reply. Stateless.</summary>
internal interface IOriginWire
{
    /// <summary>Reads one request with its body. Null when the peer closed without asking, as a readiness probe does.</summary>
    Task<OriginRequest?> ReadAsync(Stream stream, CancellationToken stop);

    /// <summary>The reply's status and headers as text, up to and with the empty line.</summary>
    string Head(OriginReply reply);

    /// <summary>Sends a part of head and body.</summary>
    Task WriteAsync(Stream stream, OriginReply reply, ReadOnlyMemory<byte> part, CancellationToken stop);

    /// <summary>Ends the reply; the connection is closed after it.</summary>
    Task EndAsync(Stream stream, CancellationToken stop);
}
