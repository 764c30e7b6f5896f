using System.Text;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>The fields by which envelopes are told apart and opened.</summary>
internal enum EnvelopeField
{
    Type,
    TopicArn,
    MessageId,
    Message,
    Timestamp,
    DetailType,
    Detail,
    Id,
    Time,
    EventType,
    EventTime,
    SpecVersion,
    Data,
    DataBase64,
    MessageType,
    SentTime,
}

/// <summary>Where a field's value stands in its body, quotes included. The default means that there is none.</summary>
internal readonly record struct FieldSlot(int Start, int End, JsonTokenType Kind)
{
    public bool IsText => Kind == JsonTokenType.String;

    public bool IsPresent => Kind != JsonTokenType.None;
}

/// <summary>What the top level of a body looks like.</summary>
internal enum ScanResult
{
    /// <summary>An object that has a command; the rest of it was not looked at.</summary>
    Message,

    /// <summary>Another object, read to its end.</summary>
    Object,

    NotJson,
}

/// <summary>Finds the fields of a body's top level. Allocates nothing, but for what is not JSON.</summary>
internal static class EnvelopeFields
{
    /// <summary>How many slots <see cref="Scan"/> needs: one for each <see cref="EnvelopeField"/>.</summary>
    public const int Count = 16;

    /// <summary>Longest name of interest as it may be written, each of its letters escaped.</summary>
    private const int MaxEscaped = 11 * 6;

    /// <summary>
    /// Fills <paramref name="slots"/>. Names match without regard to ASCII case; nulls count as left out; of a field
    /// given twice the last counts.
    /// </summary>
    public static ScanResult Scan(ReadOnlySpan<byte> body, Span<FieldSlot> slots, out Refusal refusal)
    {
        refusal = default;

        // Depth costs the reader one bit a level, so that the body's own length bounds it; a message's is judged later.
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = body.Length + 1 });
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                refusal = Refusals.Malformed("it is neither a JSON object nor an array of them");
                return ScanResult.NotJson;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (Names(ref json, out var field)) return ScanResult.Message;
                json.Read();
                var (start, kind) = ((int)json.TokenStartIndex, json.TokenType);
                json.Skip();
                if (field is { } known) slots[(int)known] = kind == JsonTokenType.Null ? default : new FieldSlot(start, (int)json.BytesConsumed, kind);
            }

            json.Read(); // Past the object's end: anything but white space there is not JSON.
            return ScanResult.Object;
        }
        catch (JsonException e)
        {
            refusal = Refusals.NotJson(e);
            return ScanResult.NotJson;
        }
    }

    /// <summary>True when the reader stands on the name <c>command</c>; else <paramref name="field"/> says which it is, if any.</summary>
    private static bool Names(ref Utf8JsonReader json, out EnvelopeField? field)
    {
        field = null;
        var name = json.ValueSpan;
        if (json.ValueIsEscaped)
        {
            if (name.Length > MaxEscaped || FieldReader.Text(ref json) is not { } text) return false;
            name = Encoding.UTF8.GetBytes(text);
        }

        if (Ascii.EqualsIgnoreCase(name, "command"u8)) return true;
        field = FieldOf(name);
        return false;
    }

    private static EnvelopeField? FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when Is(name, "id"u8) => EnvelopeField.Id,
        4 when Is(name, "type"u8) => EnvelopeField.Type,
        4 when Is(name, "time"u8) => EnvelopeField.Time,
        4 when Is(name, "data"u8) => EnvelopeField.Data,
        6 when Is(name, "detail"u8) => EnvelopeField.Detail,
        7 when Is(name, "message"u8) => EnvelopeField.Message,
        8 when Is(name, "topicarn"u8) => EnvelopeField.TopicArn,
        8 when Is(name, "senttime"u8) => EnvelopeField.SentTime,
        9 when Is(name, "messageid"u8) => EnvelopeField.MessageId,
        9 when Is(name, "timestamp"u8) => EnvelopeField.Timestamp,
        9 when Is(name, "eventtype"u8) => EnvelopeField.EventType,
        9 when Is(name, "eventtime"u8) => EnvelopeField.EventTime,
        11 when Is(name, "specversion"u8) => EnvelopeField.SpecVersion,
        11 when Is(name, "data_base64"u8) => EnvelopeField.DataBase64,
        11 when Is(name, "detail-type"u8) => EnvelopeField.DetailType,
        11 when Is(name, "messagetype"u8) => EnvelopeField.MessageType,
        _ => null,
    };

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
