using System.Text;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>What stands between header_start and body_start for each kind of upstream.</summary>
public class ResponseHeads
{
    private static OriginReply Tagged(OriginRequest _) => OriginReply.Text("body", ("Surrogate-Key", "alpha beta"));

    [Theory]
    [InlineData("Proxy"), InlineData("FastCgi"), InlineData("Uwsgi"), InlineData("Scgi")]
    public async Task Nginx_stores_and_serves_the_answer_of_every_kind_of_upstream(string kind)
    {
        await using var rig = await Rig.StartAsync(Tagged, kind: Enum.Parse<UpstreamKind>(kind));
        await rig.FillAsync("/page?a=1");
        (await rig.SeenAsync("/page?a=1")).ShouldBe("HIT body");
        rig.Origin.Count("/page?a=1").ShouldBe(1);
    }

    [Theory]
    [InlineData("Uwsgi"), InlineData("Scgi")]
    public async Task Uwsgi_and_scgi_heads_are_cgi_text(string kind)
    {
        await using var rig = await Rig.StartAsync(Tagged, kind: Enum.Parse<UpstreamKind>(kind));
        var head = RawHead.Read(await rig.FillAsync("/page"));
        head.Head.ShouldBe("Status: 200 OK\r\nSurrogate-Key: alpha beta\r\nContent-Length: 4\r\n\r\n");
        head.Body.ShouldBe("body");
    }

    [Theory]
    [InlineData("Uwsgi"), InlineData("Scgi")]
    public async Task Uwsgi_and_scgi_heads_can_be_raw_http(string kind)
    {
        await using var rig = await Rig.StartAsync(
            request => Tagged(request) with { RawHttp = true }, kind: Enum.Parse<UpstreamKind>(kind));
        RawHead.Read(await rig.FillAsync("/page")).Head.ShouldStartWith("HTTP/1.1 200 OK\r\nSurrogate-Key: alpha beta\r\n");
    }

    [Fact]
    public async Task Fastcgi_heads_are_the_raw_records()
    {
        await using var rig = await Rig.StartAsync(Tagged, kind: UpstreamKind.FastCgi);
        var head = RawHead.Read(await rig.FillAsync("/page"));
        const string text = "Status: 200 OK\r\nSurrogate-Key: alpha beta\r\nContent-Length: 4\r\n\r\n";
        head.Head.ShouldBe("\x01\x06\x00\x01\x00" + (char)(text.Length + 4) + "\x00\x00" + text);
    }

    [Fact]
    public async Task A_fastcgi_record_header_and_padding_can_stand_inside_a_header_value()
    {
        await using var rig = await Rig.StartAsync(
            request => Tagged(request) with { SplitAfter = ["Surrogate-Key: alp"], RecordPadding = 3 }, kind: UpstreamKind.FastCgi);
        var head = RawHead.Read(await rig.FillAsync("/page"));
        head.Head.ShouldMatch("Surrogate-Key: alp\0\0\0\x01\x06\0\x01\0.\x03\0ha beta");
        (await rig.GetAsync("/page")).Headers["Surrogate-Key"].ShouldBe("alpha beta");
        Encoding.Latin1.GetString(head.Bytes).ShouldNotContain("alpha");
    }
}
