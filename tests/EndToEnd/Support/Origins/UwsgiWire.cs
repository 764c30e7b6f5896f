using System.Buffers.Binary;
using System.Text;

namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>The uwsgi protocol: a 4-byte head (modifier1, size u16 little-endian, modifier2), then length-prefixed variables.</summary>
internal sealed class UwsgiWire : IOriginWire
{
    public async Task<OriginRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, stop) < 4)
            return null;
        var block = new byte[BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(1))];
        await stream.ReadExactlyAsync(block, stop);
        return OriginRequest.OfCgi(Variables(block));
    }

    public string Head(OriginReply reply) => HeadText.Cgi(reply);

    public Task WriteAsync(Stream stream, OriginReply reply, ReadOnlyMemory<byte> part, CancellationToken stop) =>
        stream.WriteAsync(part, stop).AsTask();

    public Task EndAsync(Stream stream, CancellationToken stop) => stream.FlushAsync(stop);

    private static Dictionary<string, string> Variables(ReadOnlySpan<byte> block)
    {
        var variables = new Dictionary<string, string>();
        while (block.Length > 0)
        {
            var name = Text(ref block);
            variables[name] = Text(ref block);
        }
        return variables;
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(block);
        var text = Encoding.Latin1.GetString(block.Slice(2, length));
        block = block[(2 + length)..];
        return text;
    }
}
