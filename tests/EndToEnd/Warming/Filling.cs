using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Warming;

/// <summary>An nginx that is warm looks at no file from outside: it is asked, and fetches from the origin.</summary>
public sealed class Filling
{
    private static readonly string[] Languages = ["de", ""];

    [Fact]
    public async Task A_warm_nginx_is_asked_for_each_page_once_at_most_at_the_rate_and_has_it_then()
    {
        const int Pages = 60;
        const int Rate = 30;
        await using var site = await TwoHosts.StartAsync(Pages, Languages);
        await using var nginx = await NginxServer.StartAsync(site.Setup);
        var before = site.Origin.Requests.Count;
        // Its process is not seen, and it answers: so in a container of its own, and taken for warm.
        var began = TimeProvider.System.GetTimestamp();
        await using var second = await WarmHost.StartAsync(site.Redis, nginx.CacheDir, $"through: http://127.0.0.1:{nginx.Port}; rate: {Rate}; timeout: 30s");
        await second.CountedAsync("fetched", Pages);
        TimeProvider.System.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromSeconds((Pages - 1.0) / Rate)); // however fast the machine is
        await Eventually.TrueAsync(async () => await second.CountAsync("skipped") + await second.CountAsync("here") == Pages, "the other variants are left");
        (site.Origin.Requests.Count - before).ShouldBe(Pages);
        site.Origin.Requests.Skip(before).Select(request => request.Header("Host")).Distinct().ShouldBe([WarmHost.Site]);
        for (var page = 0; page < Pages; page++) (await nginx.Probe.GetAsync($"/page-{page}", WarmHost.Site)).CacheStatus.ShouldBe("HIT");
        (site.Origin.Requests.Count - before).ShouldBe(Pages);
    }

    [Fact]
    public async Task Nothing_is_asked_for_of_a_host_that_is_not_served_here_or_by_a_key_that_is_no_request()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var origin = Origin.Start(_ => OriginReply.Text("x"));
        await using var nginx = await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port });
        await using var peer = new FakePeer();
        peer.AddKey("httpother.example.org/a");
        peer.AddKey($"http{WarmHost.Site}/a b");
        peer.AddKey($"http{WarmHost.Site}/a\r\nX-Evil: 1");
        peer.AddKey($"https{WarmHost.Site}/other-scheme");
        peer.AddKey("anything");
        peer.AddKey($"http{WarmHost.Site}/a%2Fb/../c?d=%20");
        await using var host = await WarmHost.StartAsync(redis, nginx.CacheDir, $"through: http://127.0.0.1:{nginx.Port}");
        await peer.AppearAsync(redis);
        await host.CountedAsync("fetched", 1);
        await host.CountedAsync("skipped", 5);
        origin.Requests.Select(request => request.Target).ShouldBe(["/a%2Fb/../c?d=%20"]);
        (await nginx.Probe.GetAsync("/a%2Fb/../c?d=%20", WarmHost.Site)).CacheStatus.ShouldBe("HIT");
    }
}
