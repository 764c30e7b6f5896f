namespace Towncrier.Providers.Http;

/// <summary>
/// The URL a request names, byte for byte as it came on the request line: decoded and encoded again it would be another
/// cache key.
/// </summary>
/// <param name="Authority">The host with its port, from the target or else from the Host header; null when there is none.</param>
/// <param name="PathAndQuery">Starts with a slash.</param>
internal readonly record struct RequestTarget(string? Authority, string PathAndQuery)
{
    /// <summary>Reads origin-form (<c>/path?query</c>) and absolute-form (<c>http://host/path?query</c>). Pure; never throws.</summary>
    public static bool TryParse(string raw, string? hostHeader, out RequestTarget target)
    {
        target = default;
        if (raw.StartsWith('/'))
        {
            target = new RequestTarget(string.IsNullOrEmpty(hostHeader) ? null : hostHeader, raw);
            return true;
        }

        var start = raw.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://".Length
            : raw.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://".Length : 0;
        if (start == 0) return false;
        var length = raw.AsSpan(start).IndexOfAny('/', '?');
        var authority = length < 0 ? raw[start..] : raw.Substring(start, length);
        if (authority.Length == 0 || authority.Contains('@', StringComparison.Ordinal)) return false;
        var rest = length < 0 ? "" : raw[(start + length)..];
        target = new RequestTarget(authority, rest.StartsWith('/') ? rest : "/" + rest);
        return true;
    }
}
