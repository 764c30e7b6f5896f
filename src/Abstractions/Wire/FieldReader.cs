using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>Reads one field's value, the reader standing on it. Null when it was read; else the refusal.</summary>
internal static class FieldReader
{
    /// <summary>The string or name here; null when its escapes are half of a surrogate pair, which no text can hold.</summary>
    public static string? Text(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static Refusal? String(ref Utf8JsonReader json, string field, out string? text)
    {
        text = null;
        if (json.TokenType != JsonTokenType.String) return Refusals.Malformed($"{field} is not a string");
        text = Text(ref json);
        return text is null ? Refusals.Malformed($"{field} holds half a surrogate pair") : null;
    }

    public static Refusal? Boolean(ref Utf8JsonReader json, string field, out bool? flag)
    {
        flag = json.TokenType switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => null };
        return flag is null ? Refusals.Malformed($"{field} is neither true nor false") : null;
    }

    /// <summary>A date and time of ISO 8601 with its offset: without one, nobody knows which hour is meant.</summary>
    public static Refusal? Date(ref Utf8JsonReader json, string field, out DateTimeOffset? date)
    {
        date = null;
        var refusal = String(ref json, field, out var text);
        if (refusal is not null || text is null) return refusal;
        var time = text.IndexOf('T', StringComparison.Ordinal);
        if (time < 0 || text.AsSpan(time).IndexOfAny('Z', '+', '-') < 0 || !json.TryGetDateTimeOffset(out var moment))
            return Refusals.Invalid($"{field} {Refusals.Quote(text)} is not a date and time such as 2026-11-21T21:00:00.123Z");
        date = moment;
        return null;
    }

    public static Refusal? Strings(ref Utf8JsonReader json, WireLimits limits, out List<string>? texts)
    {
        texts = null;
        if (json.TokenType != JsonTokenType.StartArray) return Refusals.Malformed("value is not an array of strings");
        var read = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (read.Count == limits.MaxValues)
                return new Refusal(RefusalReason.Oversized, $"value has more than {limits.MaxValues} values");
            var refusal = String(ref json, $"value[{read.Count}]", out var text);
            if (refusal is not null || text is null) return refusal;
            read.Add(text);
        }

        texts = read;
        return null;
    }

    /// <summary>Passes over a value of any shape within the depth limit.</summary>
    public static Refusal? Skip(ref Utf8JsonReader json, WireLimits limits)
    {
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return null;
        var outer = json.CurrentDepth;
        do
        {
            if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && json.CurrentDepth >= limits.MaxDepth)
                return Refusals.Malformed($"the message is nested deeper than {limits.MaxDepth}");
        }
        while (json.Read() && json.CurrentDepth > outer);

        return null;
    }
}
