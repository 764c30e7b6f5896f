using System.Buffers.Binary;

namespace Towncrier.Agent;

/// <summary>CRC-32 as in zlib and zip (reflected 0xEDB88320), eight bytes a step: nginx keeps it of each key, the journal of each line.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var t = Table;
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[0x700 + (low & 0xff)] ^ t[0x600 + ((low >> 8) & 0xff)]
                ^ t[0x500 + ((low >> 16) & 0xff)] ^ t[0x400 + (low >> 24)]
                ^ t[0x300 + (high & 0xff)] ^ t[0x200 + ((high >> 8) & 0xff)]
                ^ t[0x100 + ((high >> 16) & 0xff)] ^ t[high >> 24];
            bytes = bytes[8..];
        }

        foreach (var b in bytes) crc = t[(crc ^ b) & 0xff] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[8 * 256];
        for (var n = 0u; n < 256; n++)
        {
            var crc = n;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            table[n] = crc;
        }

        for (var i = 256; i < table.Length; i++) table[i] = table[table[i - 256] & 0xff] ^ (table[i - 256] >> 8);
        return table;
    }
}
