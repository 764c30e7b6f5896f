using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Host.Warming;

/// <summary>The request whose answer nginx stores under a key. Pure.</summary>
/// <param name="Scheme">As the key has it; null where it has none.</param>
/// <param name="Target">Path and query, as on the wire.</param>
internal readonly record struct KeyedRequest(string? Scheme, string Host, string Target)
{
    /// <summary>False where host or URI are not known for certain, or something else decides what is stored.</summary>
    public static bool TryRead(KeyTemplate template, string key, out KeyedRequest request)
    {
        request = default;
        if (key.AsSpan().ContainsAnyExceptInRange('!', '~')) return false; // neither a blank nor a line's end gets into a request
        var bytes = Encoding.ASCII.GetBytes(key);
        var split = template.Split(bytes);
        var host = KeyHost.Of(bytes, split);
        if (!split.Parsed || !host.IsPublic || host.Open) return false;
        var (name, target) = (Encoding.ASCII.GetString(host.Host), key.Substring(split.UriAt, split.UriLength));
        if (!IsHost(name) || target[0] != '/' || target.Contains('#', StringComparison.Ordinal)) return false;
        if (template.DecodesUri && target.AsSpan().ContainsAny('%', '?')) return false; // how it was written is not in the key
        if (key.AsSpan(split.UriAt + split.UriLength).IndexOfAnyInRange('0', 'z') >= 0) return false; // a device, a language, a cookie
        return TryReadPrefix(key[..split.HostAt], key[(split.HostAt + split.HostLength)..split.UriAt], out var scheme) && (request = new KeyedRequest(scheme, name, target)) != default;
    }

    private static bool TryReadPrefix(string before, string between, out string? scheme)
    {
        var rest = before.Replace("GET", "", StringComparison.Ordinal).Trim('|', ':', '/', '-', '_', ' ');
        scheme = rest is "http" or "https" ? rest : null;
        return (rest.Length == 0 || scheme is not null) && between.Trim('|', ':', '-', '_', ' ').Length == 0;
    }

    private static bool IsHost(string name) => name.Length is > 0 and <= 261 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':' or '[' or ']' or '_');
}
