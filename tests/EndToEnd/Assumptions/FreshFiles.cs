using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

public class FreshFiles
{
    [Theory]
    [InlineData("Proxy"), InlineData("FastCgi"), InlineData("Uwsgi"), InlineData("Scgi")]
    public async Task Nginx_caches_an_answer_of_every_kind_of_origin(string kind)
    {
        var upstream = Enum.Parse<UpstreamKind>(kind);
        await using var origin = Origin.Start(_ => OriginReply.Text("hello"), upstream);
        await using var nginx = await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port, Kind = upstream });

        var first = await nginx.Probe.GetAsync("/page?a=1");
        await CacheFiles.WaitForAsync(nginx.CacheDir, 1);
        var second = await nginx.Probe.GetAsync("/page?a=1");

        (first.Status, first.Body, first.CacheStatus).ShouldBe((200, "hello", "MISS"));
        (second.Status, second.Body, second.CacheStatus).ShouldBe((200, "hello", "HIT"));
        origin.Count("/page?a=1").ShouldBe(1);
    }
}
