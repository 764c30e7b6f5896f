using Microsoft.Net.Http.Headers;

namespace Towncrier.Providers.Http;

/// <summary>Judges a Content-Type.</summary>
internal static class MediaType
{
    /// <summary><c>application/json</c> or <c>application/*+json</c>, in UTF-8 if it says.</summary>
    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
        && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
