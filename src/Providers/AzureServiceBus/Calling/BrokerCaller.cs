using Azure;
using Azure.Core;
using Azure.Identity;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>
/// Sends calls to one namespace. One for all clients of an agent's place; safe from several threads. A call that is safe is
/// tried four times at most, with growing pauses; 429 and 503 tell how long to wait.
/// </summary>
internal sealed class BrokerCaller(ServiceBusAddress address, TimeSpan firstDelay, TimeProvider clock) : IDisposable
{
    private readonly Pipeline _pipeline = new(address, firstDelay, clock);

    /// <exception cref="ServiceBusException">It was refused.</exception>
    /// <exception cref="IOException">Service Bus was not reached, or did not answer, or there are no credentials; says what to do.</exception>
    public async Task<BrokerAnswer> CallAsync(BrokerRequest request, CancellationToken cancel)
    {
        using var message = Message(request);
        try
        {
            await _pipeline.SendAsync(message, cancel).ConfigureAwait(false);
            var answer = await ReadAsync(message.Response, request.MostAnswer, cancel).ConfigureAwait(false);
            if (answer.Status < 300 || answer.Status == request.Expected) return answer;
            throw new ServiceBusException(ErrorText.Of(request, address, answer, clock.GetUtcNow()), request.Operation, request.Entity, answer.Status);
        }
        catch (AuthenticationFailedException e)
        {
            throw new IOException(ErrorText.Of(request, address, e), e);
        }
        catch (AggregateException e) // of all its tries
        {
            throw new IOException(ErrorText.Of(request, address, e.InnerExceptions[^1]), e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new IOException(ErrorText.Of(request, address, e), e);
        }
        catch (Exception e) when (e is RequestFailedException or HttpRequestException or (IOException and not ServiceBusException))
        {
            throw new IOException(ErrorText.Of(request, address, e), e);
        }
    }

    public void Dispose() => _pipeline.Dispose();

    private HttpMessage Message(BrokerRequest request)
    {
        var message = _pipeline.CreateMessage(request.IsSafe);
        message.NetworkTimeout = request.Timeout;
        message.SetProperty(typeof(SharedAccess), request.Entity);
        message.Request.Method = request.Method;
        message.Request.Uri.Reset(new Uri(address.Endpoint, request.Path));
        foreach (var (name, value) in request.Headers) message.Request.Headers.SetValue(name, value);
        if (request.Body is { } body) message.Request.Content = RequestContent.Create(body);
        else if (request.Method != RequestMethod.Get) message.Request.Content = RequestContent.Create(ReadOnlyMemory<byte>.Empty); // with a length, which Service Bus wants
        if (request.ContentType is { } type) message.Request.Headers.SetValue("Content-Type", type);
        return message;
    }

    private static async Task<BrokerAnswer> ReadAsync(Response response, int most, CancellationToken cancel)
    {
        ReadOnlyMemory<byte>? body = ReadOnlyMemory<byte>.Empty;
        if (response.ContentStream is { } stream) body = await ReadAsync(stream, response.Headers.ContentLength ?? 0, most, cancel).ConfigureAwait(false);
        return new BrokerAnswer(response.Status, response.Headers.Date, body, [.. response.Headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]);
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, long announced, int most, CancellationToken cancel)
    {
        if (announced > most) return null;
        using var body = new MemoryStream((int)announced);
        var piece = new byte[16 * 1024];
        for (int count; (count = await stream.ReadAsync(piece, cancel).ConfigureAwait(false)) > 0;)
        {
            if (body.Length + count > most) return null;
            body.Write(piece, 0, count);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
