using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towncrier.Wire;

/// <summary>
/// The typed contract as the protocol's JSON, whatever the serializer's options say of names and nulls. By hand, since
/// extension data goes through MassTransit's converters for dictionaries, which write what is not JSON.
/// </summary>
internal sealed class InvalidateConverter : JsonConverter<Invalidate>
{
    public override Invalidate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("the message is not a JSON object");
        var known = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var others = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            var name = FieldReader.Fold(member.Name);
            if (!Invalidate.Members.Contains(name)) others[member.Name] = member.Value.Clone();
            else if (member.Value.ValueKind != JsonValueKind.Null) known[name] = member.Value;
        }

        return new Invalidate
        {
            Command = Text(known, "command") ?? throw new JsonException("command is missing"),
            Host = Text(known, "host"),
            Value = Texts(known, "value"),
            Id = Text(known, "id"),
            Issued = Date(known, "issued"),
            Expires = Date(known, "expires"),
            Mode = Text(known, "mode"),
            Source = Text(known, "source"),
            Audience = known.TryGetValue("audience", out var audience) ? Audience(audience) : null,
            DryRun = known.TryGetValue("dry_run", out var dry) ? dry.ValueKind == JsonValueKind.True : null,
            Scope = Text(known, "scope"),
            Via = Texts(known, "via"),
            Signature = known.TryGetValue("signature", out var signature) ? InvalidateSignature.Of(signature) : null,
            Others = others.Count > 0 ? others : null,
        };
    }

    public override void Write(Utf8JsonWriter writer, Invalidate value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("command", value.Command);
        if (value.Host is { } host) writer.WriteString("host", host);
        if (value.Value is { } values) MessageWriter.WriteStrings(writer, "value", values);
        if (value.Id is { } id) writer.WriteString("id", id);
        if (value.Issued is { } issued) writer.WriteString("issued", issued);
        if (value.Expires is { } expires) writer.WriteString("expires", expires);
        if (value.Mode is { } mode) writer.WriteString("mode", mode);
        if (value.Source is { } source) writer.WriteString("source", source);
        if (value.DryRun is { } dry) writer.WriteBoolean("dry_run", dry);
        if (value.Scope is { } scope) writer.WriteString("scope", scope);
        if (value.Audience is { } audience)
        {
            writer.WritePropertyName("audience");
            MessageWriter.WriteAudience(writer, audience);
        }

        if (value.Via is { } via) MessageWriter.WriteStrings(writer, "via", via);
        foreach (var (name, other) in value.Others ?? new Dictionary<string, JsonElement>())
        {
            writer.WritePropertyName(name);
            other.WriteTo(writer);
        }

        value.Signature?.Write(writer);
        writer.WriteEndObject();
    }

    private static string? Text(Dictionary<string, JsonElement> known, string name) =>
        !known.TryGetValue(name, out var value) ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new JsonException($"{name} is not a string");

    private static DateTimeOffset? Date(Dictionary<string, JsonElement> known, string name) =>
        !known.TryGetValue(name, out var value) ? null : value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var date) ? date : throw new JsonException($"{name} is not a date and time");

    private static List<string>? Texts(Dictionary<string, JsonElement> known, string name) => known.TryGetValue(name, out var value) ? Strings(value, name) : null;

    private static List<string> Strings(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw new JsonException($"{name} is not an array of strings");

    private static Dictionary<string, IReadOnlyList<string>> Audience(JsonElement audience) =>
        audience.ValueKind == JsonValueKind.Object
            ? audience.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.ValueKind == JsonValueKind.String ? (IReadOnlyList<string>)[label.Value.GetString()!] : Strings(label.Value, label.Name))
            : throw new JsonException("audience is not an object of labels");
}
