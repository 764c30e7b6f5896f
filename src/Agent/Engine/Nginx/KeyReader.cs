namespace Towncrier.Agent.Nginx;

/// <summary>Finds a template's pieces in a key, from left to right up to the URI and from right to left behind it.</summary>
internal static class KeyReader
{
    public static bool TrySplit(
        ReadOnlySpan<byte> key, ReadOnlySpan<KeyToken> before, ReadOnlySpan<KeyToken> after, out KeySplit split)
    {
        split = default;
        var at = 0;
        var host = (At: 0, Length: 0, Upstream: false, Open: false);
        for (var i = 0; i < before.Length; i++)
        {
            var length = Fixed(before[i], key[at..]);
            if (length < 0)
            {
                if (before[i].Kind is KeyTokenKind.Literal or KeyTokenKind.Scheme or KeyTokenKind.Method) return false;
                var run = FreeRun(before[i..]);
                var next = i + run < before.Length ? before[(i + run)..] : default;
                var rest = key[at..];
                var address = before[i].Kind is KeyTokenKind.Host or KeyTokenKind.Upstream && rest.StartsWith("["u8) ? rest.IndexOf((byte)']') : 0;
                length = address < 0 ? -1 : FreeLength(next, rest[address..]); // an IPv6 address has colons of its own
                if (length < 0) return false;
                length += address;
                for (var k = i; k < i + run; k++)
                {
                    if (before[k].Kind is not (KeyTokenKind.Host or KeyTokenKind.Upstream)) continue;
                    // In a run of unmarked variables the host's end is unknown, and only a leading host has a known beginning.
                    if (k == i) host = (at, length, before[k].Kind == KeyTokenKind.Upstream, run > 1);
                }

                i += run - 1;
            }

            at += length;
            // Without proxy_cache_key nginx writes scheme://upstream; its manual leaves the mark out, and so do those who copy it.
            if (before[i].Kind == KeyTokenKind.Scheme && i + 1 < before.Length && before[i + 1].Kind == KeyTokenKind.Upstream && key[at..].StartsWith("://"u8)) at += 3;
        }

        if (!TryEnd(key, at, after, out var end) || end <= at) return false;
        split = new KeySplit(true, host.At, host.Length, at, end - at, host.Upstream, host.Open);
        return true;
    }

    /// <summary>Length of a piece that is recognised by itself; -1 for one that runs up to the next.</summary>
    private static int Fixed(KeyToken token, ReadOnlySpan<byte> rest) => token.Kind switch
    {
        KeyTokenKind.Literal => rest.StartsWith(token.Text) ? token.Text.Length : -1,
        KeyTokenKind.Scheme => SchemeLength(rest),
        KeyTokenKind.Method => MethodLength(rest),
        _ => -1,
    };

    private static int FreeRun(ReadOnlySpan<KeyToken> tokens)
    {
        var run = 1;
        while (run < tokens.Length && tokens[run].Kind != KeyTokenKind.Literal) run++;
        return run;
    }

    private static int FreeLength(ReadOnlySpan<KeyToken> next, ReadOnlySpan<byte> rest)
        => next.IsEmpty ? rest.IndexOf((byte)'/') : rest.IndexOf(next[0].Text);

    private static bool TryEnd(ReadOnlySpan<byte> key, int uriAt, ReadOnlySpan<KeyToken> after, out int end)
    {
        end = key.Length;
        for (var i = after.Length - 1; i >= 0; i--)
        {
            if (after[i].Kind != KeyTokenKind.Literal) continue;
            var at = key[uriAt..end].LastIndexOf(after[i].Text);
            if (at < 0) return false;
            end = uriAt + at;
        }

        return true;
    }

    internal static int SchemeLength(ReadOnlySpan<byte> rest)
        => rest.StartsWith("https"u8) ? 5 : rest.StartsWith("http"u8) ? 4 : -1;

    internal static int MethodLength(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("GET"u8) || rest.StartsWith("PUT"u8)) return 3;
        if (rest.StartsWith("HEAD"u8) || rest.StartsWith("POST"u8)) return 4;
        return rest.StartsWith("PATCH"u8) ? 5 : rest.StartsWith("DELETE"u8) ? 6 : rest.StartsWith("OPTIONS"u8) ? 7 : -1;
    }
}
