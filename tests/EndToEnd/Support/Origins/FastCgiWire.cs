using System.Buffers.Binary;
using System.Text;

namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>A FastCGI responder. Cuts its STDOUT records where the reply says, so that a record header can stand inside a header value.</summary>
internal sealed class FastCgiWire : IOriginWire
{
    private const byte EndRequest = 3, Params = 4, Stdin = 5, Stdout = 6;
    private const int HeadLength = 8;

    public async Task<OriginRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var head = new byte[HeadLength];
        using var block = new MemoryStream();
        while (await stream.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, stop) == HeadLength)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4));
            var content = new byte[length + head[6]];
            await stream.ReadExactlyAsync(content, stop);
            if (head[1] == Params)
                block.Write(content, 0, length);
            if (head[1] == Stdin && length == 0)
                return OriginRequest.OfCgi(Variables(block.ToArray()));
        }
        return null;
    }

    public string Head(OriginReply reply) => HeadText.Cgi(reply);

    public async Task WriteAsync(Stream stream, OriginReply reply, ReadOnlyMemory<byte> part, CancellationToken stop)
    {
        using var records = new MemoryStream();
        foreach (var length in Cuts(reply, part.ToArray()))
        {
            Append(records, Stdout, part.Span[..length], reply.RecordPadding);
            part = part[length..];
        }
        await stream.WriteAsync(records.ToArray(), stop);
    }

    public async Task EndAsync(Stream stream, CancellationToken stop)
    {
        using var records = new MemoryStream();
        Append(records, Stdout, [], 0);
        Append(records, EndRequest, new byte[8], 0);
        await stream.WriteAsync(records.ToArray(), stop);
    }

    /// <summary>The lengths of the records that together carry <paramref name="part"/>.</summary>
    private static IEnumerable<int> Cuts(OriginReply reply, byte[] part)
    {
        var ends = new SortedSet<int>();
        foreach (var text in reply.SplitAfter)
        {
            var at = part.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
            if (at >= 0)
                ends.Add(at + text.Length);
        }
        ends.Add(part.Length);
        var from = 0;
        foreach (var end in ends)
        {
            for (; from < end; from += Math.Min(reply.RecordSize, end - from))
                yield return Math.Min(reply.RecordSize, end - from);
        }
    }

    private static void Append(MemoryStream to, byte type, ReadOnlySpan<byte> content, byte padding)
    {
        Span<byte> head = [1, type, 0, 1, 0, 0, padding, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[4..], (ushort)content.Length);
        to.Write(head);
        to.Write(content);
        to.Write(new byte[padding]);
    }

    private static Dictionary<string, string> Variables(ReadOnlySpan<byte> block)
    {
        var variables = new Dictionary<string, string>();
        while (block.Length > 0)
        {
            var name = Length(ref block);
            var value = Length(ref block);
            variables[Encoding.Latin1.GetString(block[..name])] = Encoding.Latin1.GetString(block.Slice(name, value));
            block = block[(name + value)..];
        }
        return variables;
    }

    /// <summary>One byte below 128, else four with the top bit set.</summary>
    private static int Length(ref ReadOnlySpan<byte> block)
    {
        var wide = block[0] >= 128;
        var length = wide ? (int)(BinaryPrimitives.ReadUInt32BigEndian(block) & 0x7fff_ffff) : block[0];
        block = block[(wide ? 4 : 1)..];
        return length;
    }
}
