namespace Towncrier.Providers.Varnish;

/// <summary>A value that names a URL or a pattern of URLs: its host, null when it names none, and its path with the query.</summary>
internal readonly record struct UrlValue(string? Host, string Path)
{
    /// <summary>
    /// <c>/path?query</c>, <c>https://host/path</c> or <c>host/path</c>. A leading star belongs to the path. Nothing is
    /// decoded or encoded; only a fragment is cut off where it is asked for, which no client sends.
    /// </summary>
    public static UrlValue Parse(string value, bool cutFragment)
    {
        if (cutFragment && value.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash) value = value[..hash];
        if (value.StartsWith('/') || value.StartsWith('*')) return new UrlValue(null, value);
        var rest = value;
        foreach (var scheme in (ReadOnlySpan<string>)["http://", "https://"])
            if (value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) rest = value[scheme.Length..];
        var slash = rest.AsSpan().IndexOfAny('/', '?');
        if (slash < 0) return new UrlValue(NotEmpty(rest), "/");
        return new UrlValue(NotEmpty(rest[..slash]), rest[slash] == '/' ? rest[slash..] : "/" + rest[slash..]);
    }

    private static string? NotEmpty(string host) => host.Length == 0 ? null : host;
}
