using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using MassTransit;

namespace Towncrier.Providers.MassTransit.Publishing;

/// <summary>
/// A message that is encoded already, in MassTransit's envelope: whoever consumes <see cref="Invalidate"/> can read it, and
/// its bytes stay as they are, so that a signature over them holds.
/// </summary>
internal sealed class EncodedBody(ReadOnlyMemory<byte> message, TimeProvider clock) : IMessageSerializer
{
    public ContentType ContentType { get; } = new("application/vnd.masstransit+json");

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        var buffer = new ArrayBufferWriter<byte>(message.Length + 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, "messageId", context.MessageId?.ToString());
            Write(json, "conversationId", context.ConversationId?.ToString());
            Write(json, "correlationId", context.CorrelationId?.ToString());
            Write(json, "sourceAddress", context.SourceAddress?.ToString());
            Write(json, "destinationAddress", context.DestinationAddress?.ToString());
            json.WriteStartArray("messageType");
            json.WriteStringValue(MessageUrn.ForTypeString<T>());
            json.WriteEndArray();
            json.WritePropertyName("message");
            json.WriteRawValue(message.Span, skipInputValidation: true); // judged before
            json.WriteString("sentTime", clock.GetUtcNow().UtcDateTime);
            json.WriteStartObject("headers");
            foreach (var header in context.Headers.GetAll()) Write(json, header.Key, Convert.ToString(header.Value, System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new BytesMessageBody(buffer.WrittenSpan.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}

/// <summary>Bytes as they are: receipts, which nobody but readers of receipts consumes.</summary>
internal sealed class BareBody(ReadOnlyMemory<byte> message) : IMessageSerializer
{
    public ContentType ContentType { get; } = new("application/json");

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => new BytesMessageBody(message.ToArray());
}
