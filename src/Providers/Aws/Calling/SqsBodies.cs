using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>Requests to SQS as JSON. Entries of a batch have their index as id. Pure.</summary>
internal static class SqsBodies
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        fields(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Batch<T>(string url, IReadOnlyList<T> entries, Action<Utf8JsonWriter, T> fields) => Of(json =>
    {
        json.WriteString("QueueUrl", url);
        json.WriteStartArray("Entries");
        for (var i = 0; i < entries.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("Id", i.ToString(CultureInfo.InvariantCulture));
            fields(json, entries[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static void Message(Utf8JsonWriter json, OutgoingMessage message)
    {
        json.WriteString("MessageBody", message.Body.Span);
        if (message.Group is not null) json.WriteString("MessageGroupId", message.Group);
        if (message.DedupId is not null) json.WriteString("MessageDeduplicationId", message.DedupId);
        if (message.Attributes is not { Count: > 0 } attributes) return;
        json.WriteStartObject("MessageAttributes");
        foreach (var (name, value) in attributes)
        {
            json.WriteStartObject(name);
            json.WriteString("DataType", "String");
            json.WriteString("StringValue", value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void Map(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values) json.WriteString(key, value);
        json.WriteEndObject();
    }

    public static void Names(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
