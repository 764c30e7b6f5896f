using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching;

/// <summary>A value that names a URL or a pattern of URLs: the host, if it has one, and the path with its query.</summary>
internal readonly record struct UrlText(string? Host, string Uri)
{
    /// <summary>
    /// <c>/path?query</c>, <c>https://host/path</c> or <c>host/path</c>. A leading star belongs to the path. Bytes are
    /// kept as they are; only a fragment is cut off, which no client sends.
    /// </summary>
    public static UrlText Parse(string value, bool cutFragment)
    {
        if (cutFragment && value.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash) value = value[..hash];
        if (value.StartsWith('/') || value.StartsWith('*')) return new UrlText(null, value);
        var rest = value;
        foreach (var scheme in (ReadOnlySpan<string>)["http://", "https://"])
            if (value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) rest = value[scheme.Length..];
        var slash = rest.AsSpan().IndexOfAny('/', '?');
        if (slash < 0) return new UrlText(NotEmpty(rest), "/");
        return new UrlText(NotEmpty(rest[..slash]), rest[slash] == '/' ? rest[slash..] : "/" + rest[slash..]);
    }

    // An empty host would count as any, and override the message's own.
    private static string? NotEmpty(string host) => host.Length == 0 ? null : host;

    /// <summary>The URI as a cache with this key template holds it: nginx decodes <c>$uri</c>, and may leave out the query.</summary>
    public byte[] InKey(KeyTemplate template)
    {
        if (!template.DecodesUri) return Encoding.UTF8.GetBytes(Uri);
        var query = Uri.IndexOf('?', StringComparison.Ordinal);
        var args = query < 0 ? "" : Uri[(query + 1)..];
        var bytes = new List<byte>(DecodedPath.Of(Encoding.UTF8.GetBytes(query < 0 ? Uri : Uri[..query])));
        foreach (var token in template.UriTokens.Skip(1))
        {
            if (token.IsQuestionMark || (token.Kind == KeyTokenKind.IsArgs && args.Length > 0)) bytes.Add((byte)'?');
            if (token.Kind == KeyTokenKind.Args) bytes.AddRange(Encoding.UTF8.GetBytes(args));
        }

        return [.. bytes];
    }
}
