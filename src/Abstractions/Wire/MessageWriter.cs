using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>Writes the common protocol, readable by eye: nothing escaped that JSON does not ask for.</summary>
internal static class MessageWriter
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
        if (message.Values.Count > 0) WriteStrings(json, "value", message.Values);
        if (message.Id is not null) json.WriteString("id", message.Id);
        if (message.Issued is { } issued) json.WriteString("issued", issued);
        if (message.Expires is { } expires) json.WriteString("expires", expires);
        if (message.Mode == PurgeMode.Soft && message.Command != InvalidationCommand.XkeySoft) json.WriteString("mode", "soft");
        if (message.Source is not null) json.WriteString("source", message.Source);
        if (message.DryRun) json.WriteBoolean("dry_run", true);
        if (message.ScopedToHost) json.WriteString("scope", "host");
        if (message.Audience.Count > 0)
        {
            json.WritePropertyName("audience");
            WriteAudience(json, message.Audience);
        }

        if (message.Via.Count > 0) WriteStrings(json, "via", message.Via);
    }

    /// <summary>The object alone: a label's only value stands for itself, several in an array.</summary>
    public static void WriteAudience(Utf8JsonWriter json, IReadOnlyDictionary<string, IReadOnlyList<string>> audience)
    {
        json.WriteStartObject();
        foreach (var (label, values) in audience)
        {
            if (values.Count == 1) json.WriteString(label, values[0]);
            else WriteStrings(json, label, values);
        }

        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
