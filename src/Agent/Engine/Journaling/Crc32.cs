namespace Towncrier.Agent.Journaling;

/// <summary>CRC-32 as in zip and gzip (reflected polynomial 0xEDB88320): the guard in front of every journal line.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();   // 1 KiB

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
