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

    /// <summary>The name here as names are compared; null as in <see cref="Text"/>.</summary>
    public static string? Name(ref Utf8JsonReader json) => Text(ref json) is { } name ? Fold(name) : null;

    /// <summary>Names match without regard to case. One rule for all who read them: a signature covers what it hides.</summary>
    public static string Fold(string name) => name.ToLowerInvariant();

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
        if (!IsDate(text) || !json.TryGetDateTimeOffset(out var moment))
            return Refusals.Invalid($"{field} {Refusals.Quote(text)} is not a date and time such as 2026-11-21T21:00:00.123Z");
        date = moment;
        return null;
    }

    /// <summary>Whether it begins as a date and time with an offset does; what it means is for a parser to say.</summary>
    public static bool IsDate(string? text) =>
        text is { Length: > 10 } && text[10] == 'T' && char.IsAsciiDigit(text[0]) && text.AsSpan(10).IndexOfAny('Z', '+', '-') > 0;

    public static Refusal? Strings(ref Utf8JsonReader json, string field, int most, out List<string>? texts)
    {
        texts = null;
        if (json.TokenType != JsonTokenType.StartArray) return Refusals.Malformed($"{field} is not an array of strings");
        var read = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (read.Count == most) return new Refusal(RefusalReason.Oversized, $"{field} has more than {most} values");
            if (json.TokenType != JsonTokenType.String) return Refusals.Malformed($"{field}[{read.Count}] is not a string");
            var refusal = String(ref json, field, out var text);
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
