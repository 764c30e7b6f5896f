using System.Security.Cryptography;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// A cache file's name: exactly 32 lower-case hex digits, the MD5 of the key or of the key and its variant. Whatever
/// is named otherwise (a temporary file is <c>name.0000000123</c>) is not an entry and never touched.
/// </summary>
internal readonly record struct EntryName(UInt128 Value)
{
    public const int Length = 32;

    /// <summary>With the NUL that system calls want behind it.</summary>
    public const int LengthZ = Length + 1;

    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    public static bool TryParse(ReadOnlySpan<byte> text, out EntryName name)
    {
        name = default;
        if (text.Length != Length) return false;
        if (!TryHalf(text[..16], out var high) || !TryHalf(text[16..], out var low)) return false;
        name = new EntryName(new UInt128(high, low));
        return true;
    }

    /// <summary>The name of the first file stored under a key.</summary>
    public static EntryName OfKey(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[16];
        MD5.HashData(key, hash);
        return FromHash(hash);
    }

    public static EntryName FromHash(ReadOnlySpan<byte> hash)
        => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));

    public void Write(Span<byte> to)
    {
        var value = Value;
        for (var i = Length - 1; i >= 0; i--)
        {
            to[i] = Digits[(int)(value & 15)];
            value >>= 4;
        }
    }

    /// <summary>The same and a NUL behind it, in <see cref="LengthZ"/> bytes.</summary>
    public void WriteZ(Span<byte> to)
    {
        Write(to);
        to[Length] = 0;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[Length];
        Write(text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    private static bool TryHalf(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        foreach (var c in text)
        {
            var digit = c is >= (byte)'0' and <= (byte)'9' ? c - '0' : c is >= (byte)'a' and <= (byte)'f' ? c - 'a' + 10 : -1;
            if (digit < 0) return false;
            value = (value << 4) | (uint)digit;
        }

        return true;
    }
}
