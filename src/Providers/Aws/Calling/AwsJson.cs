using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>JSON as SQS answers it, read without exceptions for what it should not have sent.</summary>
internal static class AwsJson
{
    // Answers are at most four deep.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>False when it is no JSON object.</summary>
    public static bool TryParseObject(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(body, Options);
        }
        catch (JsonException)
        {
            document = null;
            return false;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object) return true;
        document.Dispose();
        document = null;
        return false;
    }

    /// <summary>The text under that name; null when there is none, or it is no valid text.</summary>
    public static string? Text(JsonElement element, string name) => TryGet(element, name, out var value) && TryText(value, out var text) ? text : null;

    /// <summary>False when it is no object, or has nothing under that name, or a name in it is no valid text.</summary>
    public static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            return false; // half a surrogate pair in a name
        }
    }

    public static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // half a surrogate pair, or no UTF-8
        }
    }

    /// <summary>False when the property's name is no valid text.</summary>
    public static bool TryName(JsonProperty property, [NotNullWhen(true)] out string? name)
    {
        name = null;
        try
        {
            name = property.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // half a surrogate pair, or no UTF-8
        }
    }

    /// <summary>The items of the array under that name; none when there is no array.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        TryGet(element, name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
