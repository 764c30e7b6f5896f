using System.Buffers.Binary;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// FastCGI keeps its framing in the cache file: a record header may stand in the middle of a header's value. Gathers
/// the content of the stdout records. Source: the FastCGI specification 1.0, section 3.3.
/// </summary>
internal static class FastCgiRecords
{
    private const int HeaderLength = 8;
    private const byte Version = 1;
    private const byte StdOut = 6;
    private const byte StdErr = 7;

    public static bool Looks(ReadOnlySpan<byte> raw) => raw.Length >= HeaderLength && raw[0] == Version && raw[1] is (StdOut or StdErr);

    /// <summary>Copies the stdout content to <paramref name="to"/>; stops at the first thing that is not a record.</summary>
    public static int Unframe(ReadOnlySpan<byte> raw, Span<byte> to)
    {
        var length = 0;
        while (raw.Length >= HeaderLength && raw[0] == Version)
        {
            var content = BinaryPrimitives.ReadUInt16BigEndian(raw[4..]);
            var padding = raw[6];
            var type = raw[1];
            raw = raw[HeaderLength..];
            var part = raw[..Math.Min(content, raw.Length)];
            if (type == StdOut && part.TryCopyTo(to[length..])) length += part.Length;
            raw = raw[Math.Min(content + padding, raw.Length)..];
        }

        return length;
    }
}
