using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// A message inside a record: a JSON object or array as it was sent, other text as a JSON string, and what is not
/// UTF-8 as <c>message_base64</c>. Reading gives back the same bytes, but for line ends between JSON tokens.
/// </summary>
internal static class RawMessage
{
    // Deeper JSON is kept as a string, so that the line as a whole stays below the reader's 64.
    private const int MaxDepth = 32;

    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> message)
    {
        if (!Utf8.IsValid(message)) writer.WriteBase64String("message_base64", message);
        else if (!IsObjectOrArray(message)) writer.WriteString("message", message);
        else
        {
            writer.WritePropertyName("message");
            writer.WriteRawValue(OnOneLine(message), skipInputValidation: true);
        }
    }

    /// <exception cref="KeyNotFoundException">The record has no message.</exception>
    public static byte[] Read(JsonElement record)
    {
        if (record.TryGetProperty("message_base64", out var base64)) return base64.GetBytesFromBase64();
        var message = record.GetProperty("message");
        return message.ValueKind == JsonValueKind.String
            ? System.Text.Encoding.UTF8.GetBytes(message.GetString()!)
            : JsonMarshal.GetRawUtf8Value(message).ToArray();
    }

    private static bool IsObjectOrArray(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // In valid JSON a raw CR or LF stands only between tokens, where a space means the same.
    private static ReadOnlySpan<byte> OnOneLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0) return json;
        var line = json.ToArray();
        foreach (ref var b in line.AsSpan())
        {
            if (b is (byte)'\n' or (byte)'\r') b = (byte)' ';
        }

        return line;
    }
}
