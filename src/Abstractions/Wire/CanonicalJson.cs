using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>
/// The canonical form of a JSON object (RFC 8785): members in the order of their names' UTF-16 code units, no white
/// space, numbers as ECMAScript prints them, and nothing escaped that need not be. What has no such form has a problem.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Far deeper than any message we take, and shallow enough to recurse.</summary>
    private const int MaxDepth = 64;

    /// <summary>
    /// The form of an object without some of its members, as UTF-8; null and the problem when it has none: not JSON,
    /// half a surrogate pair, a number beyond doubles, or a name given twice, in the outermost object without regard to case.
    /// </summary>
    public static byte[]? Of(ReadOnlySpan<byte> body, ReadOnlySpan<string> without, out string? problem)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            using var document = JsonDocument.ParseValue(ref json);
            json.Read(); // Past the object's end: anything but white space there is not JSON.
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problem = "it is not a JSON object";
                return null;
            }

            var text = new StringBuilder(body.Length);
            problem = Members(text, document.RootElement, FieldReader.Fold, without);
            return problem is null ? Encoding.UTF8.GetBytes(text.ToString()) : null;
        }
        catch (JsonException)
        {
            problem = "it is not JSON";
            return null;
        }
        catch (InvalidOperationException)
        {
            problem = "it holds half a surrogate pair, or what is not UTF-8";
            return null;
        }
    }

    private static string? Members(StringBuilder text, JsonElement json, Func<string, string> fold, ReadOnlySpan<string> without)
    {
        var names = new HashSet<string>();
        var members = new List<(string Name, JsonElement Value)>();
        foreach (var member in json.EnumerateObject())
        {
            if (!names.Add(fold(member.Name))) return $"its member {Refusals.Quote(member.Name)} is given twice";
            if (!without.Contains(fold(member.Name))) members.Add((member.Name, member.Value));
        }

        members.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        text.Append('{');
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0) text.Append(',');
            Text(text, members[i].Name);
            text.Append(':');
            if (Value(text, members[i].Value) is { } problem) return problem;
        }

        text.Append('}');
        return null;
    }

    private static string? Value(StringBuilder text, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object: return Members(text, json, name => name, []);
            case JsonValueKind.Array: return Elements(text, json);
            case JsonValueKind.String: Text(text, json.GetString()!); return null;
            case JsonValueKind.Number: return Number(text, json);
            case JsonValueKind.True: text.Append("true"); return null;
            case JsonValueKind.False: text.Append("false"); return null;
            default: text.Append("null"); return null;
        }
    }

    private static string? Elements(StringBuilder text, JsonElement json)
    {
        text.Append('[');
        var first = true;
        foreach (var element in json.EnumerateArray())
        {
            if (!first) text.Append(',');
            first = false;
            if (Value(text, element) is { } problem) return problem;
        }

        text.Append(']');
        return null;
    }

    private static string? Number(StringBuilder text, JsonElement json)
    {
        if (!json.TryGetDouble(out var number) || !double.IsFinite(number)) return "it holds a number that is no double";
        text.Append(EcmaNumber.Format(number));
        return null;
    }

    private static void Text(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
