using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>A <see cref="Receipt"/> as one JSON object.</summary>
public static class ReceiptJson
{
    /// <summary>Largest receipt, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Most characters of an error; the rest is cut.</summary>
    private const int MaxError = 4_000;

    /// <summary>One receipt as UTF-8 JSON; <see cref="TryDecode"/> reads it back.</summary>
    public static byte[] Encode(Receipt receipt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, MessageWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("id", receipt.Id);
            json.WriteString("host", receipt.Host);
            json.WriteString("state", NameOf(receipt.State));
            json.WriteNumber("matched", receipt.Matched);
            json.WriteNumber("purged", receipt.Purged);
            json.WriteNumber("milliseconds", double.IsFinite(receipt.Milliseconds) ? receipt.Milliseconds : 0);
            json.WriteString("at", receipt.At);
            if (receipt.Error is { } error) json.WriteString("error", Clip(error));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Decodes one receipt; false for anything else. Pure; never throws. Names match without regard to case, unknown
    /// members are passed over, and id, host, state and at are required.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        if (body.Length > MaxBytes) return false;
        var json = new Utf8JsonReader(body);
        var fields = new ReceiptFields();
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = FieldReader.Name(ref json);
                json.Read();
                if (json.TokenType != JsonTokenType.Null && !fields.Read(name, ref json)) return false;
            }

            json.Read(); // Past the object's end: anything but white space there is not JSON.
        }
        catch (JsonException)
        {
            return false;
        }

        receipt = fields.Receipt;
        return receipt is not null;
    }

    internal static InvalidationState? StateOf(string? name) => name switch
    {
        "applied" => InvalidationState.Applied,
        "failed" => InvalidationState.Failed,
        "pending" => InvalidationState.Pending,
        "skipped" => InvalidationState.Skipped,
        "relayed" => InvalidationState.Relayed,
        _ => null,
    };

    // A pair that is cut in half, or came so, becomes a replacement character: the writer would not take it.
    private static byte[] Clip(string error) => Encoding.UTF8.GetBytes(error.Length > MaxError ? error[..MaxError] : error);

    private static string NameOf(InvalidationState state) => state switch
    {
        InvalidationState.Applied => "applied",
        InvalidationState.Pending => "pending",
        InvalidationState.Skipped => "skipped",
        InvalidationState.Relayed => "relayed",
        _ => "failed",
    };
}
