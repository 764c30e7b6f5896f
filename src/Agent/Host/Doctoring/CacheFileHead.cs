using System.Buffers.Binary;

namespace Towncrier.Host.Doctoring;

/// <summary>What the first bytes of a file in a cache directory look like.</summary>
internal enum HeadKind
{
    /// <summary>Header version 5 of a 64-bit nginx.</summary>
    Current,

    /// <summary>A cache file, but of another nginx version or word size.</summary>
    OtherVersion,

    /// <summary>Current, with the upstream's head as HTTP/2 frames.</summary>
    Http2,

    /// <summary>No cache file, or not yet one.</summary>
    Unknown,
}

/// <summary>Judges the first bytes of a cache file. Pure; judges what there is, and knows all it can from <see cref="Needed"/> bytes.</summary>
internal static class CacheFileHead
{
    /// <summary>nginx keeps the whole head within proxy_buffer_size, 4 KiB by default.</summary>
    public const int Needed = 4096;

    private const int KeyMark = 336;
    private const int HeaderStart = 54;

    public static HeadKind Judge(ReadOnlySpan<byte> head)
    {
        var at = head[..Math.Min(head.Length, KeyMark + 6)].IndexOf("\nKEY: "u8);
        if (at < 0) return HeadKind.Unknown;
        if (at != KeyMark || BinaryPrimitives.ReadUInt64LittleEndian(head) != 5) return HeadKind.OtherVersion;
        var start = BinaryPrimitives.ReadUInt16LittleEndian(head[HeaderStart..]);
        return start > KeyMark && head.Length >= start + 9 && IsHttp2(head[start..]) && !IsFastCgi(head[start..]) ? HeadKind.Http2 : HeadKind.Current;
    }

    // A frame header: 24 bits of length, type HEADERS (1), SETTINGS (4) or WINDOW_UPDATE (8), flags, 31 bits of stream.
    // Text begins with a letter, so its first byte would be a length of 4 MiB and more.
    private static bool IsHttp2(ReadOnlySpan<byte> body) => body[0] < 0x20 && body[3] is 1 or 4 or 8 && body[5] < 0x80;

    // A record header: version 1, type STDOUT (6) or STDERR (7), request id 1.
    private static bool IsFastCgi(ReadOnlySpan<byte> body) => body[0] == 1 && body[1] is (6 or 7) && body[2] == 0 && body[3] == 1;
}
