using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// A 32-bit hash of bytes, eight at a time, by folded multiplication. Seeded anew in each process, because URLs are
/// chosen by strangers.
/// </summary>
internal static class TextHash
{
    private const ulong K = 0x9E3779B97F4A7C15;
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    public static uint Of(ReadOnlySpan<byte> text, uint salt = 0)
    {
        var h = Fold(Seed ^ ((ulong)salt << 32) ^ (uint)text.Length, K);
        while (text.Length >= 8)
        {
            h = Fold(h ^ BinaryPrimitives.ReadUInt64LittleEndian(text), Seed);
            text = text[8..];
        }

        ulong tail = 0;
        foreach (var b in text) tail = (tail << 8) | b;
        h = Fold(h ^ tail, K);
        return (uint)(h ^ (h >> 32));
    }

    /// <summary>For what is random already, such as half an MD5: only the seed is mixed in.</summary>
    public static uint Mix(ulong value)
    {
        var h = Fold(value ^ Seed, K);
        return (uint)(h ^ (h >> 32));
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
