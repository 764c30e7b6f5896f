using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>Writes the common protocol, readable by eye: nothing escaped that JSON does not ask for.</summary>
internal static class MessageWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Invalidation message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriteFields(json, message);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter json, Invalidation message)
    {
        json.WriteString("command", CommandNames.Of(message.Command));
        if (message.Host is not null) json.WriteString("host", message.Host);
        if (message.Values.Count > 0)
        {
            json.WriteStartArray("value");
            foreach (var value in message.Values) json.WriteStringValue(value);
            json.WriteEndArray();
        }

        if (message.Id is not null) json.WriteString("id", message.Id);
        if (message.Issued is { } issued) json.WriteString("issued", issued);
        if (message.Expires is { } expires) json.WriteString("expires", expires);
        if (message.Mode == PurgeMode.Soft && message.Command != InvalidationCommand.XkeySoft) json.WriteString("mode", "soft");
        if (message.Source is not null) json.WriteString("source", message.Source);
        if (message.DryRun) json.WriteBoolean("dry_run", true);
        if (message.ScopedToHost) json.WriteString("scope", "host");
    }
}
