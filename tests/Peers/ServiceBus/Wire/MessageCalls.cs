using System.Globalization;
using System.Text.Json;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// The data plane: send, receive, settle. Statuses by Microsoft's REST reference of Service Bus's run-time operations. A
/// send to or a receive from what has never been is 404, from what was deleted 410 (as "Renew-Lock for Message from
/// Subscription", jj839746, tells them apart); settling knows only 410 for an entity, and 404 for a lock.
/// </summary>
internal sealed class MessageCalls(Broker broker, ServiceBusSettings settings, TimeProvider clock)
{
    private const string BatchType = "application/vnd.microsoft.servicebus.json";
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(60);

    public async Task<Answer> WorkAsync(CallIn call) => call.Path.Kind switch
    {
        PathKind.Messages when call.Method == "POST" => await SendAsync(call),
        PathKind.Head when call.Method is "POST" or "DELETE" => await ReceiveAsync(call),
        PathKind.Lock when call.Method is "DELETE" or "PUT" or "POST" => Settle(call),
        _ => Error(call, 405, "The specified HTTP verb is not valid on the requested resource."),
    };

    private async Task<Answer> SendAsync(CallIn call)
    {
        var path = call.Path;
        if (path.Subscription is not null || path.DeadLetters) return Error(call, 400, "The messages of a subscription or a dead-letter queue cannot be sent to.");
        if (broker.FindTopic(path.Entity) is null && broker.FindQueue(path.Entity) is null) return NotThere(call, broker.Knew(path.Entity) ? 410 : 404);
        var body = await call.ReadBodyAsync(settings.MaxMessageBytes);
        if (body is null) return TooLarge(call);
        List<Message> messages;
        try
        {
            messages = call.Request.ContentType?.StartsWith(BatchType, StringComparison.OrdinalIgnoreCase) == true
                ? BatchReader.Read(body) : [MessageHeaders.ReadMessage(call.Request, body)];
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return Error(call, 400, $"Bad Request. {e.Message}");
        }

        if (messages.Sum(one => (long)one.Size) > settings.MaxMessageBytes) return TooLarge(call);
        foreach (var message in messages) broker.Send(path.Entity, message);
        return new Answer(201) { ContentType = "application/xml; charset=utf-8" };
    }

    private async Task<Answer> ReceiveAsync(CallIn call)
    {
        if (Find(call.Path) is not { } queue) return NotThere(call, WasThere(call.Path) ? 410 : 404);
        var wait = DefaultWait;
        if (call.Request.Query.TryGetValue("timeout", out var asked))
        {
            if (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return Error(call, 400, "Bad Request. The timeout is not a number of seconds.");
            wait = TimeSpan.FromSeconds(seconds);
        }

        if (queue.Settings.RequiresSession) return Error(call, 400, "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.");
        var destroy = call.Method == "DELETE";
        var received = await queue.ReceiveAsync(destroy, wait, call.Gone);
        if (received is not null) return MessageHeaders.WriteMessage(call, received, destroy);
        return Find(call.Path) is null ? NotThere(call, 410) : new Answer(204);
    }

    private Answer Settle(CallIn call)
    {
        if (Find(call.Path) is not { } queue) return NotThere(call, 410);
        var (id, token) = (call.Path.Id!, Guid.TryParse(call.Path.Token, out var read) ? read : Guid.Empty);
        var done = call.Operation switch
        {
            ServiceBusOperation.Complete => queue.Complete(id, token),
            ServiceBusOperation.Abandon => queue.Abandon(id, token),
            _ => queue.Renew(id, token),
        };
        return done ? Answer.Ok with { ContentType = Answer.Atom }
            : Error(call, 404, "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.");
    }

    private MessageQueue? Find(RequestPath path)
    {
        var queue = path.Subscription is null ? broker.FindQueue(path.Entity) : broker.FindTopic(path.Entity)?.Find(path.Subscription)?.Queue;
        return path.DeadLetters ? queue?.DeadLetters : queue;
    }

    private bool WasThere(RequestPath path) =>
        broker.Knew(path.Entity) || (path.Subscription is not null && broker.FindTopic(path.Entity)?.Knew(path.Subscription) == true);

    private Answer NotThere(CallIn call, int status) =>
        Error(call, status, $"The messaging entity 'sb://{call.Request.Host.Host}/{call.Path.Address}' could not be found. To know more visit https://aka.ms/sbResourceMgrExceptions.");

    private Answer TooLarge(CallIn call) =>
        Error(call, settings.TooLargeStatus, $"The message or batch is larger than the limit of {settings.MaxMessageBytes} bytes.");

    private Answer Error(CallIn call, int status, string detail) => Answer.Error(status, detail, call.Path.Address, clock.GetUtcNow());
}
