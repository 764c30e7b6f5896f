using System.Buffers.Binary;

namespace Towncrier.EndToEnd.Contract;

/// <summary>Breaks real files: flips, cuts, repeats, splices, and lies in the header's fields. The same seed breaks them alike.</summary>
internal sealed class Mutator(IReadOnlyList<(string Name, byte[] Bytes)> files, int seed)
{
    // Where nginx keeps its offsets, lengths and version.
    private static readonly int[] Fields = [0, 8, 16, 24, 32, 40, 48, 52, 54, 56, 58, 187, 316];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var bytes = files[_random.Next(files.Count)].Bytes.ToArray();
        for (var times = _random.Next(1, 4); times > 0; times--) bytes = Break(bytes);
        return bytes;
    }

    private byte[] Break(byte[] bytes)
    {
        if (bytes.Length < 8) return bytes;
        var at = _random.Next(bytes.Length);
        switch (_random.Next(8))
        {
            case 0:
                return bytes[..at];
            case 1:
                for (var n = _random.Next(1, 16); n > 0; n--) bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 2:
                bytes[_random.Next(Math.Min(400, bytes.Length))] = (byte)_random.Next(256);
                return bytes;
            case 3:
                var field = Fields[_random.Next(Fields.Length)];
                if (field + 2 <= bytes.Length) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(field), (ushort)_random.Next(65536));
                return bytes;
            case 4:
                return [.. bytes[..at], .. new byte[_random.Next(5000)], .. bytes[at..]];
            case 5:
                var other = files[_random.Next(files.Count)].Bytes;
                return [.. bytes[..at], .. other[Math.Min(at, other.Length)..]];
            case 6:
                _random.NextBytes(bytes.AsSpan(at, Math.Min(bytes.Length - at, _random.Next(64))));
                return bytes;
            default:
                // Garbage behind a header that is in order.
                if (bytes.Length > 400) _random.NextBytes(bytes.AsSpan(Math.Min(400, bytes.Length)));
                return bytes;
        }
    }
}
