using System.Buffers.Binary;
using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Engine.Tests.Nginx;

public sealed class Response_forms
{
    private const string Cgi = "Status: 404 Not Found\r\nCache-Tag: one,two\r\n\r\n";

    [Fact]
    public void Fastcgi_records_may_be_split_anywhere()
    {
        for (var first = 0; first <= Cgi.Length; first++)
        {
            for (var padding = 0; padding < 256; padding += 85)
            {
                byte[] raw = [.. Record(7, "warning: noise\n", 1), .. Record(6, Cgi[..first], padding), .. Record(7, "x", 0), .. Record(6, Cgi[first..], 0)];
                var head = ResponseHead.Parse(raw, new byte[raw.Length]);
                (head.Form, head.Status).ShouldBe((HeadForm.FastCgi, 404));
                var tags = new byte[3 * raw.Length];
                Golden_files.Tags(tags.AsSpan(0, TagHeaders.Default.Collect(head, tags))).ShouldBe(["one", "two"]);
            }
        }
    }

    [Fact]
    public void Fastcgi_that_is_cut_or_lies_about_its_length_gives_what_is_there()
    {
        var raw = Record(6, Cgi, 0);
        for (var length = 8; length <= raw.Length; length++)
        {
            var scratch = new byte[length];
            var used = FastCgiRecords.Unframe(raw.AsSpan(0, length), scratch);
            Encoding.ASCII.GetString(scratch, 0, used).ShouldBe(Cgi[..(length - 8)]);
        }

        var random = new Random(2);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length > 1) (bytes[0], bytes[1]) = (1, (byte)random.Next(5, 9));
            FastCgiRecords.Unframe(bytes, new byte[bytes.Length]).ShouldBeLessThanOrEqualTo(bytes.Length);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 301 Moved\r\nA: b\r\n", "Http", 301)]
    [InlineData("HTTP/1.0 200\n", "Http", 200)]
    [InlineData("HTTP/1.1 2x0 OK\r\n", "Http", 0)]
    [InlineData("HTTP/1.1", "Http", 0)]
    [InlineData("Content-Type: x\r\n", "Cgi", 200)]
    [InlineData("Location: /x\r\n", "Cgi", 302)]
    [InlineData("Location: /x\r\nStatus: 201\r\n", "Cgi", 201)]
    [InlineData("Status: 12\r\n", "Cgi", 0)]
    [InlineData("", "Cgi", 200)]
    public void The_status_is_found_in_every_form(string raw, string form, int status)
    {
        var head = ResponseHead.Parse(Encoding.ASCII.GetBytes(raw), new byte[raw.Length]);
        (head.Form.ToString(), head.Status).ShouldBe((form, status));
    }

    [Fact]
    public void Http2_frames_are_known_as_unreadable()
    {
        byte[] frame = [0, 0, 5, 1, 4, 0, 0, 0, 1, 0x88, 1, 2, 3, 4];
        var head = ResponseHead.Parse(frame, new byte[frame.Length]);
        (head.Form, head.Readable, head.Status).ShouldBe((HeadForm.Http2, false, 0));
        TagHeaders.Default.Collect(head, new byte[100]).ShouldBe(0);
    }

    private static byte[] Record(byte type, string content, int padding)
    {
        var bytes = new byte[8 + content.Length + padding];
        (bytes[0], bytes[1], bytes[6]) = (1, type, (byte)padding);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)content.Length);
        Encoding.ASCII.GetBytes(content, bytes.AsSpan(8));
        return bytes;
    }
}
