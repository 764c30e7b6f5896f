using System.Buffers;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>What a relay writes into a message that it hands on: that it has passed, and what an envelope said of it.</summary>
public static class RelayMark
{
    internal const string Field = "via";

    /// <summary>Most relays a message may have passed; agents refuse one with more.</summary>
    public const int MostHops = MessageRules.MaxVia;

    /// <summary>
    /// The message with <paramref name="hop"/> added to its <c>via</c>. All other members stay as they are, unknown ones
    /// too; in a message that is not signed, an id and a time of issue are added where it has none. A signature stays good:
    /// it may be made without <c>via</c>.
    /// </summary>
    /// <param name="body">The message alone, which <see cref="InvalidationJson.TryDecode"/> has read.</param>
    /// <param name="message">What was read, with the id and the time it goes by here; not more than <see cref="MostHops"/> less one hops.</param>
    /// <param name="hop">The relay's own name.</param>
    public static byte[] Add(ReadOnlySpan<byte> body, Invalidation message, string hop)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Via.Count >= MostHops) throw new ArgumentException($"it has passed {message.Via.Count} relays", nameof(message));
        var json = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref json);
        var members = document.RootElement.EnumerateObject().Where(member => !Is(member, Field)).ToList();
        var signed = members.Exists(member => Is(member, MessageSignature.Field) && member.Value.ValueKind != JsonValueKind.Null);
        if (!signed) members.RemoveAll(member => member.Value.ValueKind == JsonValueKind.Null); // as good as absent
        var buffer = new ArrayBufferWriter<byte>(body.Length + 128);
        using (var writer = new Utf8JsonWriter(buffer, MessageWriter.Options))
        {
            writer.WriteStartObject();
            foreach (var member in members) member.WriteTo(writer);
            if (!signed && message.Id is { } id && !members.Exists(member => Is(member, "id"))) writer.WriteString("id", id);
            if (!signed && message.Issued is { } issued && !members.Exists(member => Is(member, "issued"))) writer.WriteString("issued", issued);
            writer.WriteStartArray(Field);
            foreach (var passed in message.Via) writer.WriteStringValue(passed);
            writer.WriteStringValue(hop);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool Is(JsonProperty member, string field) => FieldReader.Fold(member.Name) == field;
}
