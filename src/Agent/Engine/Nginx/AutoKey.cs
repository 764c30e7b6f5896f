namespace Towncrier.Agent.Nginx;

/// <summary>
/// Reads keys whose directive is not known: an optional method and scheme in either order, an optional "://" or other
/// mark, a host, and from the first slash on the URI. "scheme://host" is nginx's built-in key when no directive is
/// given, and its host the upstream's (src/http/modules/ngx_http_proxy_module.c, ngx_http_proxy_create_key).
/// </summary>
internal static class AutoKey
{
    public static KeySplit Split(ReadOnlySpan<byte> key)
    {
        var at = 0;
        var upstream = false;
        var (method, schemeSeen) = (false, false); // each once: a host may begin with "http" or "GET", too
        for (var pieces = 0; pieces < 6; pieces++)
        {
            var rest = key[at..];
            var length = method ? -1 : KeyReader.MethodLength(rest);
            if (length > 0) method = true;
            if (length < 0 && !schemeSeen && KeyReader.SchemeLength(rest) is > 0 and var scheme)
            {
                length = scheme;
                schemeSeen = true;
                upstream = rest[scheme..].StartsWith("://"u8);
                if (upstream) length += 3;
            }

            if (length < 0 && !rest.IsEmpty && "|:-_#, "u8.Contains(rest[0])) length = 1;
            if (length < 0) break;
            at += length;
            if (upstream) break;
        }

        var slash = key[at..].IndexOf((byte)'/');
        if (slash < 0) return KeySplit.Whole(key.Length);
        var host = key.Slice(at, slash);
        var end = host.IndexOfAny("|#, "u8);
        if (end >= 0) host = host[..end];
        return new KeySplit(true, at, host.Length, at + slash, key.Length - at - slash, upstream, false);
    }
}
