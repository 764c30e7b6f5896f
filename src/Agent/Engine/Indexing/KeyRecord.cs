using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// What an arena keeps of one entry: row 4 B, shape 4 B, tags 4 B each, then the key without its site's prefix. The
/// shape is the text's length (16 bits), the number of tags (15), and whether something follows the URI in the key; then
/// four more bytes hold the URI's length.
/// </summary>
internal readonly ref struct KeyRecord
{
    private const uint SuffixBit = 1u << 31;

    private KeyRecord(uint row, ReadOnlySpan<uint> tags, ReadOnlySpan<byte> text, int uriLength)
    {
        Row = row;
        Tags = tags;
        Text = text;
        UriLength = uriLength;
    }

    public uint Row { get; }

    /// <summary>Tag numbers, ascending, without repeats.</summary>
    public ReadOnlySpan<uint> Tags { get; }

    /// <summary>The key from the URI to its end.</summary>
    public ReadOnlySpan<byte> Text { get; }

    public int UriLength { get; }

    public ReadOnlySpan<byte> Uri => Text[..UriLength];

    public static int SizeOf(ReadOnlySpan<byte> record)
    {
        var shape = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        return 8 + ((shape & SuffixBit) != 0 ? 4 : 0) + (4 * (int)((shape >> 16) & 0x7fff)) + (int)(shape & 0xffff);
    }

    public static int SizeFor(int tags, int text, int uriLength) => 8 + (text != uriLength ? 4 : 0) + (4 * tags) + text;

    public static void Write(Span<byte> to, uint row, ReadOnlySpan<uint> tags, ReadOnlySpan<byte> text, int uriLength)
    {
        var suffix = text.Length != uriLength;
        BinaryPrimitives.WriteUInt32LittleEndian(to, row);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], (uint)text.Length | ((uint)tags.Length << 16) | (suffix ? SuffixBit : 0));
        to = to[8..];
        if (suffix)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to, uriLength);
            to = to[4..];
        }

        MemoryMarshal.AsBytes(tags).CopyTo(to);
        text.CopyTo(to[(4 * tags.Length)..]);
    }

    public static KeyRecord Read(ReadOnlySpan<byte> record)
    {
        var shape = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        var text = (int)(shape & 0xffff);
        var tags = 4 * (int)((shape >> 16) & 0x7fff);
        var rest = record[8..];
        var uri = text;
        if ((shape & SuffixBit) != 0)
        {
            uri = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[4..];
        }

        return new KeyRecord(
            BinaryPrimitives.ReadUInt32LittleEndian(record),
            MemoryMarshal.Cast<byte, uint>(rest[..tags]),
            rest.Slice(tags, text),
            uri);
    }
}
