using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>
/// The fields of a version 5 cache file by their offsets on 64-bit, and nothing else: these tests hold nginx to the
/// numbers, so the numbers stand here as literals and no code of the product is used. Times are unix seconds.
/// </summary>
internal sealed class RawHead(byte[] bytes)
{
    public byte[] Bytes => bytes;
    public ulong Version => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    public long ValidSec => Int64(8);
    public long UpdatingSec => Int64(16);
    public long ErrorSec => Int64(24);
    public long LastModified => Int64(32);
    public long Date => Int64(40);
    public uint Crc32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(48));
    public ushort ValidMsec => UInt16(52);
    public ushort HeaderStart => UInt16(54);
    public ushort BodyStart => UInt16(56);
    public string ETag => Text(59, 59 + bytes[58]);
    public string Vary => Text(188, 188 + bytes[187]);
    public string Variant => Convert.ToHexStringLower(bytes.AsSpan(316, 16));
    public string KeyLabel => Text(336, 342);
    public string Key => Text(342, HeaderStart - 1);
    public string Head => Text(HeaderStart, BodyStart);
    public string Body => Text(BodyStart, bytes.Length);

    public static RawHead Read(string path) => new(File.ReadAllBytes(path));

    public static RawHead Read(SafeFileHandle file)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        RandomAccess.Read(file, bytes, 0);
        return new RawHead(bytes);
    }

    /// <summary>Overwrites in place what is given, in one write of the 32 bytes from valid_sec to last_modified.</summary>
    public static void Write(
        string path, long? validSec = null, long? updatingSec = null, long? errorSec = null, long? lastModified = null)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var four = new byte[32];
        RandomAccess.Read(file, four, 8);
        long?[] values = [validSec, updatingSec, errorSec, lastModified];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
                BinaryPrimitives.WriteInt64LittleEndian(four.AsSpan(8 * i), value);
        }
        RandomAccess.Write(file, four, 8);
    }

    /// <summary>Overwrites the version field in place.</summary>
    public static void WriteVersion(string path, ulong version)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var field = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(field, version);
        RandomAccess.Write(file, field, 0);
    }

    /// <summary>The clock nginx uses, floored as nginx floors it.</summary>
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>zlib's crc32, bit by bit.</summary>
    public static uint Crc32Of(string text)
    {
        var crc = uint.MaxValue;
        foreach (var value in Encoding.Latin1.GetBytes(text))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }

    private long Int64(int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));

    private ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private string Text(int from, int to) => Encoding.Latin1.GetString(bytes, from, to - from);
}
