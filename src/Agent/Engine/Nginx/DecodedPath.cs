namespace Towncrier.Agent.Nginx;

/// <summary>
/// A request path as nginx's <c>$uri</c> has it: percent escapes decoded, runs of slashes merged, dot segments resolved.
/// Source: ngx_http_parse_complex_uri, with merge_slashes on as by default.
/// </summary>
internal static class DecodedPath
{
    public static byte[] Of(ReadOnlySpan<byte> path)
    {
        var decoded = new List<byte>(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && Hex(path[i + 1]) >= 0 && Hex(path[i + 2]) >= 0)
            {
                decoded.Add((byte)((Hex(path[i + 1]) << 4) | Hex(path[i + 2])));
                i += 2;
            }
            else
            {
                decoded.Add(path[i]);
            }
        }

        return Resolve([.. decoded]);
    }

    private static byte[] Resolve(byte[] path)
    {
        var output = new List<byte>(path.Length);
        for (var at = 0; at < path.Length;)
        {
            var slash = Array.IndexOf(path, (byte)'/', at);
            var end = slash < 0 ? path.Length : slash;
            var segment = path.AsSpan(at, end - at);
            if (segment.SequenceEqual(".."u8))
            {
                if (output.Count > 1) output.RemoveAt(output.Count - 1);
                while (output.Count > 1 && output[^1] != '/') output.RemoveAt(output.Count - 1);
            }
            else if (!segment.SequenceEqual("."u8))
            {
                output.AddRange(segment);
                if (slash >= 0 && (output.Count == 0 || output[^1] != '/')) output.Add((byte)'/');
            }

            at = end + 1;
        }

        return [.. output];
    }

    private static int Hex(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
