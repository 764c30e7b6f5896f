using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>Reads <c>audience</c>: an object of labels, each with a string or an array of strings.</summary>
internal static class AudienceReader
{
    public const int MaxLabels = 16;

    public const int MaxValues = 32;

    /// <summary>Why a label and its values cannot be part of an audience, as a sentence's end; null when they can.</summary>
    public static string? Problem(string label, IReadOnlyList<string> values)
    {
        if (MessageRules.LabelProblem(label) is { } odd) return odd;
        if (values.Count == 0) return "is an empty array: nobody would be meant";
        if (values.Count > MaxValues) return $"has more than {MaxValues} values";
        foreach (var value in values)
        {
            if (MessageRules.LabelProblem(value) is { } problem) return $"has a value that {problem}";
        }

        return null;
    }

    /// <summary>Null when it was read; else the refusal. Of a label given twice the last counts, as everywhere.</summary>
    public static Refusal? Read(ref Utf8JsonReader json, out Dictionary<string, IReadOnlyList<string>>? audience)
    {
        audience = null;
        if (json.TokenType != JsonTokenType.StartObject) return Refusals.Malformed("audience is not an object of labels");
        var read = new Dictionary<string, IReadOnlyList<string>>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (FieldReader.Text(ref json) is not { } label) return Refusals.Malformed("a label of audience holds half a surrogate pair");
            json.Read();
            var refusal = ReadValues(ref json, $"audience {Refusals.Quote(label)}", out var values);
            if (refusal is not null) return refusal;
            read[label] = values;
            if (read.Count > MaxLabels) return new Refusal(RefusalReason.Oversized, $"audience has more than {MaxLabels} labels");
        }

        audience = read;
        return null;
    }

    private static Refusal? ReadValues(ref Utf8JsonReader json, string field, out IReadOnlyList<string> values)
    {
        values = [];
        if (json.TokenType == JsonTokenType.StartArray)
        {
            var refusal = FieldReader.Strings(ref json, field, MaxValues, out var several);
            values = several ?? [];
            return refusal;
        }

        if (json.TokenType != JsonTokenType.String) return Refusals.Malformed($"{field} is neither a string nor an array of strings");
        var problem = FieldReader.String(ref json, field, out var one);
        if (one is not null) values = [one];
        return problem;
    }
}
