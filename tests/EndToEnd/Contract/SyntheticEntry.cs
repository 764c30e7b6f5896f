using System.Buffers.Binary;
using System.Text;
using Towncrier.Agent;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>A cache file as nginx 1.11 and later writes it, made from a key and a response head. Not from a real nginx, but held against one by the golden tests.</summary>
internal sealed record SyntheticEntry(string Key)
{
    private const int HeaderSize = 336;

    /// <summary>Header lines after the status line, each with its CR LF.</summary>
    public string Headers { get; init; } = "";

    public string Body { get; init; } = "body";

    public long Stored { get; init; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60;

    public byte[] ToBytes()
    {
        var key = Encoding.UTF8.GetBytes(Key);
        var head = Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\n" + Headers + "\r\n");
        var bytes = new byte[HeaderSize + 7 + key.Length + head.Length + Body.Length];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteInt64LittleEndian(span, 5);
        BinaryPrimitives.WriteInt64LittleEndian(span[8..], Stored + 3600);
        BinaryPrimitives.WriteInt64LittleEndian(span[32..], -1);
        BinaryPrimitives.WriteInt64LittleEndian(span[40..], Stored);
        BinaryPrimitives.WriteUInt32LittleEndian(span[48..], Crc32.Of(key));
        BinaryPrimitives.WriteUInt16LittleEndian(span[54..], (ushort)(HeaderSize + 7 + key.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(span[56..], (ushort)(HeaderSize + 7 + key.Length + head.Length));
        "\nKEY: "u8.CopyTo(span[HeaderSize..]);
        key.CopyTo(span[(HeaderSize + 6)..]);
        span[HeaderSize + 6 + key.Length] = (byte)'\n';
        head.CopyTo(span[(HeaderSize + 7 + key.Length)..]);
        Encoding.UTF8.GetBytes(Body).CopyTo(span[^Body.Length..]);
        return bytes;
    }

    /// <summary>Puts it where nginx would look for it: written beside, then renamed, as nginx does.</summary>
    public string WriteTo(string cacheDir)
    {
        var path = CacheFiles.PathOfName(cacheDir, Convert.ToHexStringLower(CacheFiles.Md5(Encoding.UTF8.GetBytes(Key))));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".0000000001";
        File.WriteAllBytes(temporary, ToBytes());
        File.Move(temporary, path, overwrite: true);
        return path;
    }
}
