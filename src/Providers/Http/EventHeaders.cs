using Microsoft.AspNetCore.Http;

namespace Towncrier.Providers.Http;

/// <summary>The headers in which envelopes travel beside a body: CloudEvents in binary mode, and MassTransit's own.</summary>
internal static class EventHeaders
{
    /// <summary>By lower-case name; null when there is none, as nearly always.</summary>
    public static IReadOnlyDictionary<string, string>? Of(HttpRequest request)
    {
        Dictionary<string, string>? found = null;
        foreach (var (name, value) in request.Headers)
        {
            if (!name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("mt-", StringComparison.OrdinalIgnoreCase)) continue;
            (found ??= new Dictionary<string, string>(StringComparer.Ordinal))[name.ToLowerInvariant()] = value.ToString();
        }

        return found;
    }
}
