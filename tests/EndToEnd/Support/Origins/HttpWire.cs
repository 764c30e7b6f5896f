using System.Globalization;
using System.Text;

namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>HTTP/1.1 with Content-Length bodies; one request per connection.</summary>
internal sealed class HttpWire : IOriginWire
{
    private const int MaxHead = 64 * 1024;

    public async Task<OriginRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var buffer = new byte[MaxHead];
        var have = 0;
        int end;
        while ((end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(have), stop);
            if (read == 0)
                return null;
            have += read;
        }
        var lines = Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        var left = int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture) - (have - end - 4);
        if (left > 0)
            await stream.ReadExactlyAsync(new byte[left], stop);
        var first = lines[0].Split(' ');
        return new OriginRequest(first[0], first[1], headers);
    }

    public string Head(OriginReply reply) => HeadText.Http(reply);

    public Task WriteAsync(Stream stream, OriginReply reply, ReadOnlyMemory<byte> part, CancellationToken stop) =>
        stream.WriteAsync(part, stop).AsTask();

    public Task EndAsync(Stream stream, CancellationToken stop) => stream.FlushAsync(stop);
}
