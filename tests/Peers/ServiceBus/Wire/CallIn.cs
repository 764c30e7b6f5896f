using Microsoft.AspNetCore.Http;

namespace Towncrier.Peers.ServiceBus;

/// <summary>One request: what it names and brings.</summary>
internal sealed record CallIn(HttpContext Http, RequestPath Path, ServiceBusOperation Operation)
{
    public HttpRequest Request => Http.Request;

    public string Method => Request.Method;

    /// <summary>Ends when the caller has gone.</summary>
    public CancellationToken Gone => Http.RequestAborted;

    /// <summary>As the caller writes it, so that a proxy in between stays in the addresses we tell.</summary>
    public string Origin => $"{Request.Scheme}://{Request.Host}";

    /// <summary>The whole body; null when it is larger than <paramref name="most"/> bytes, which are read then.</summary>
    public async Task<byte[]?> ReadBodyAsync(int most)
    {
        if (Request.ContentLength > most) return null;
        using var body = new MemoryStream((int)(Request.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await Request.Body.ReadAsync(buffer, Gone)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > most) return null;
        }

        return body.ToArray();
    }

    public static ServiceBusOperation OperationOf(PathKind kind, string method) => (kind, method) switch
    {
        (PathKind.Messages, _) => ServiceBusOperation.Send,
        (PathKind.Head, "DELETE") => ServiceBusOperation.ReceiveAndDelete,
        (PathKind.Head, _) => ServiceBusOperation.Receive,
        (PathKind.Lock, "DELETE") => ServiceBusOperation.Complete,
        (PathKind.Lock, "PUT") => ServiceBusOperation.Abandon,
        (PathKind.Lock, _) => ServiceBusOperation.Renew,
        _ => ServiceBusOperation.Manage,
    };
}
