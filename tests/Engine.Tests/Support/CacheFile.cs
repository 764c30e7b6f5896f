using System.Buffers.Binary;
using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Engine.Tests.Support;

/// <summary>A synthetic cache file of any layout nginx has had. Knows the struct by itself, not from the product.</summary>
internal sealed record CacheFile
{
    public required string Key { get; init; }

    public string Head { get; init; } = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";

    public string Body { get; init; } = "body";

    public long Valid { get; init; } = 2_000_000_000;

    public long Updating { get; init; }

    public long Error { get; init; }

    public long LastModified { get; init; } = -1;

    public long Date { get; init; } = 1_700_000_000;

    public string Vary { get; init; } = "";

    public CacheFileShape Shape { get; init; } = CacheFileShape.V5;

    public EntryName Name => EntryName.OfKey(Encoding.UTF8.GetBytes(Key));

    public static CacheFile Tagged(string key, params string[] tags)
        => new() { Key = key, Head = $"HTTP/1.1 200 OK\r\nCache-Tag: {string.Join(",", tags)}\r\n\r\n" };

    public byte[] ToBytes()
    {
        var key = Encoding.UTF8.GetBytes(Key);
        var head = Encoding.UTF8.GetBytes(Head);
        var body = Encoding.UTF8.GetBytes(Body);
        var headerStart = Shape.Size + 6 + key.Length + 1;
        var bytes = new byte[headerStart + head.Length + body.Length];
        var at = 0;
        if (Shape.Version != 0) Word(bytes, ref at, Shape.Version);
        Word(bytes, ref at, Valid);
        if (Shape.Version == 5)
        {
            Word(bytes, ref at, Updating);
            Word(bytes, ref at, Error);
        }

        Word(bytes, ref at, LastModified);
        Word(bytes, ref at, Date);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Zlib.Crc32(key));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 6), (ushort)headerStart);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 8), (ushort)(headerStart + head.Length));
        if (Shape.VaryAt > 0)
        {
            bytes[Shape.VaryAt] = (byte)Vary.Length;
            Encoding.ASCII.GetBytes(Vary, bytes.AsSpan(Shape.VaryAt + 1));
        }

        "\nKEY: "u8.CopyTo(bytes.AsSpan(Shape.Size));
        key.CopyTo(bytes.AsSpan(Shape.Size + 6));
        bytes[headerStart - 1] = (byte)'\n';
        head.CopyTo(bytes.AsSpan(headerStart));
        body.CopyTo(bytes.AsSpan(headerStart + head.Length));
        return bytes;
    }

    private void Word(byte[] bytes, ref int at, long value)
    {
        if (Shape.Word == 8) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
        else BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), (int)value);
        at += Shape.Word;
    }
}

/// <summary>One layout of the header: its version, size, width of a number, and where the Vary length stands (0: nowhere).</summary>
internal sealed record CacheFileShape(int Version, int Size, int Word, int VaryAt)
{
    public static CacheFileShape V5 { get; } = new(5, 336, 8, 187);

    public static CacheFileShape[] All { get; } = [V5, new(3, 144, 8, 85), new(2, 88, 8, 0), new(0, 40, 8, 0), new(5, 308, 4, 163)];
}
