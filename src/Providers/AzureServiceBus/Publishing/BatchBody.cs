using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Publishing;

/// <summary>Several messages as one body: a JSON array, with each body as a string (Microsoft, "Send Message Batch"). Pure.</summary>
internal static class BatchBody
{
    /// <summary>What stands around a message in a batch.</summary>
    private const int Frame = 96;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<OutgoingMessage> messages)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartArray();
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("Body", message.Body.Span);
            json.WritePropertyName("BrokerProperties");
            json.WriteRawValue(message.Properties);
            json.WriteStartObject("UserProperties");
            foreach (var (name, value) in message.User) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Its bytes in a batch, at most; null when it can be in none, for it is no text.</summary>
    public static int? SizeOf(OutgoingMessage message)
    {
        var body = message.Body.Span;
        if (!Utf8.IsValid(body)) return null;
        var size = Frame + message.Properties.Length + message.User.Sum(one => one.Key.Length + one.Value.Length + 6);
        foreach (var b in body) size += b is (byte)'"' or (byte)'\\' or (byte)'\n' or (byte)'\r' or (byte)'\t' ? 2 : b is < 0x20 or 0x7f ? 6 : b < 0x80 ? 1 : 4;
        return size;
    }
}
