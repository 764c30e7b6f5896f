using System.Buffers.Binary;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// Where the fields of nginx's <c>ngx_http_file_cache_header_t</c> stand in one version of it. A file is nginx's own
/// memory written out: native byte order and padding; only little-endian machines are served. Offset -1: not there.
/// From the valid time to the last-modified time the fields are adjacent in every version, so that one write expires.
/// Source: src/http/ngx_http_cache.h of nginx 1.1, 1.7.3, 1.7.7 and 1.11.10 to 1.31.
/// </summary>
internal sealed record HeaderLayout(
    int Version, int Size, int Word, int Valid, int Updating, int Error, int LastModified, int Date, int Crc,
    int HeaderStart, int ETag, int ETagMax, int Vary, int VaryMax, int Variant)
{
    /// <summary>nginx 1.11.10 and newer, 64 bits: what nearly every file is.</summary>
    public static readonly HeaderLayout V5 = new(5, 336, 8, 8, 16, 24, 32, 40, 48, 54, 58, 128, 187, 128, 316);

    private static readonly HeaderLayout[] All =
    [
        V5,
        new(3, 144, 8, 8, -1, -1, 16, 24, 32, 38, 42, 42, 85, 42, 128),    // 1.7.7 to 1.11.9
        new(2, 88, 8, 8, -1, -1, 16, 24, 32, 38, 42, 42, -1, 0, -1),       // 1.7.3 to 1.7.6
        new(5, 308, 4, 4, 8, 12, 16, 20, 24, 30, 34, 128, 163, 128, 292),  // 1.11.10 and newer, 32 bits
        new(0, 40, 8, 0, -1, -1, 8, 16, 24, 30, -1, 0, -1, 0, -1),         // before 1.7.3: no version field
    ];

    /// <summary>Bytes needed to tell the layout of any file.</summary>
    public const int MostSniffed = 342;

    public static ReadOnlySpan<byte> KeyMark => "\nKEY: "u8;

    /// <summary>Where the key's text begins.</summary>
    public int KeyAt => Size + KeyMark.Length;

    public int BodyStart => HeaderStart + 2;

    /// <summary>16 bits between the CRC and where the response head begins, in every version.</summary>
    public int ValidMilliseconds => HeaderStart - 2;

    /// <summary>Tells the layout by where the KEY mark stands, and by the version where there is one.</summary>
    public static HeaderLayout? Detect(ReadOnlySpan<byte> head)
    {
        foreach (var layout in All)
        {
            if (head.Length < layout.KeyAt) continue;
            if (!head.Slice(layout.Size, KeyMark.Length).SequenceEqual(KeyMark)) continue;
            if (layout.Version != 0 && layout.ReadWord(head, 0) != layout.Version) continue;
            return layout;
        }

        return null;
    }

    public long ReadWord(ReadOnlySpan<byte> head, int offset) => Word == 8
        ? BinaryPrimitives.ReadInt64LittleEndian(head[offset..])
        : BinaryPrimitives.ReadInt32LittleEndian(head[offset..]);

    public void WriteWord(Span<byte> head, int offset, long value)
    {
        if (Word == 8) BinaryPrimitives.WriteInt64LittleEndian(head[offset..], value);
        else BinaryPrimitives.WriteInt32LittleEndian(head[offset..], (int)Math.Clamp(value, int.MinValue, int.MaxValue));
    }
}
