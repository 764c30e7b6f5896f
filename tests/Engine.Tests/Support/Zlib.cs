namespace Towncrier.Engine.Tests.Support;

/// <summary>CRC-32 bit by bit, as its definition has it: the reference for the product's table.</summary>
internal static class Zlib
{
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
