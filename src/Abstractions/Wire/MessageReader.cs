using System.Text.Json;
using System.Text.Unicode;

namespace Towncrier.Wire;

/// <summary>
/// Reads a message's JSON into its fields. Names match without regard to case, unknown fields and nulls are skipped, and
/// of a field given twice the last counts, as in varnish-towncrier.
/// </summary>
internal static class MessageReader
{
    /// <summary>Null when it was read; else why not. Never throws.</summary>
    public static Refusal? Read(ReadOnlySpan<byte> body, WireLimits limits, MessageFields fields)
    {
        if (body.Length > limits.MaxBytes)
            return new Refusal(RefusalReason.Oversized, $"the message has {body.Length} bytes, more than {limits.MaxBytes}");
        if (!Utf8.IsValid(body)) return Refusals.Malformed("the message is not UTF-8");

        // One level more than allowed, so that the bound is refused in our words before the reader gives up.
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 });
        try
        {
            return ReadObject(ref json, limits, fields);
        }
        catch (JsonException e)
        {
            return Refusals.NotJson(e);
        }
    }

    private static Refusal? ReadObject(ref Utf8JsonReader json, WireLimits limits, MessageFields fields)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) return Refusals.Malformed("the message is not a JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = FieldReader.Name(ref json);
            json.Read();
            var refusal = json.TokenType == JsonTokenType.Null ? null : ReadField(name, ref json, limits, fields);
            if (refusal is not null) return refusal;
        }

        json.Read(); // Past the object's end: anything but white space there is not JSON.
        return null;
    }

    private static Refusal? ReadField(string? name, ref Utf8JsonReader json, WireLimits limits, MessageFields fields)
    {
        Refusal? refusal;
        switch (name)
        {
            case "command": refusal = FieldReader.String(ref json, name, out var command); fields.Command = command; break;
            case "host": refusal = FieldReader.String(ref json, name, out var host); fields.Host = host; break;
            case "value": refusal = FieldReader.Strings(ref json, name, limits.MaxValues, out var values); fields.Values = values; break;
            case "id": refusal = FieldReader.String(ref json, name, out var id); fields.Id = id; break;
            case "issued": refusal = FieldReader.Date(ref json, name, out var issued); fields.Issued = issued; break;
            case "expires": refusal = FieldReader.Date(ref json, name, out var expires); fields.Expires = expires; break;
            case "mode": refusal = FieldReader.String(ref json, name, out var mode); fields.Mode = mode; break;
            case "source": refusal = FieldReader.String(ref json, name, out var source); fields.Source = source; break;
            case "dry_run": refusal = FieldReader.Boolean(ref json, name, out var dryRun); fields.DryRun = dryRun; break;
            case "scope": refusal = FieldReader.String(ref json, name, out var scope); fields.Scope = scope; break;
            case "audience": refusal = AudienceReader.Read(ref json, out var audience); fields.Audience = audience; break;
            case "via": refusal = FieldReader.Strings(ref json, name, MessageRules.MaxVia, out var via); fields.Via = via; break;
            default: refusal = FieldReader.Skip(ref json, limits); break;
        }

        return refusal;
    }
}
