using System.Globalization;
using System.Text;

namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>SCGI: a netstring ("length:" name NUL value NUL ... ",") and a CGI answer.</summary>
internal sealed class ScgiWire : IOriginWire
{
    public async Task<OriginRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var one = new byte[1];
        var digits = "";
        while (true)
        {
            if (await stream.ReadAsync(one, stop) == 0)
                return null;
            if (one[0] == ':')
                break;
            digits += (char)one[0];
        }
        var block = new byte[int.Parse(digits, CultureInfo.InvariantCulture) + 1];
        await stream.ReadExactlyAsync(block, stop);
        var parts = Encoding.Latin1.GetString(block, 0, block.Length - 1).Split('\0');
        var variables = new Dictionary<string, string>();
        for (var i = 0; i + 1 < parts.Length; i += 2)
            variables[parts[i]] = parts[i + 1];
        return OriginRequest.OfCgi(variables);
    }

    public string Head(OriginReply reply) => HeadText.Cgi(reply);

    public Task WriteAsync(Stream stream, OriginReply reply, ReadOnlyMemory<byte> part, CancellationToken stop) =>
        stream.WriteAsync(part, stop).AsTask();

    public Task EndAsync(Stream stream, CancellationToken stop) => stream.FlushAsync(stop);
}
