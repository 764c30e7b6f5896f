using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Warming;

/// <summary>An origin, a Redis, and a first host: a real nginx whose cache is full, and its agent. A second one joins in each test.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    private NginxServer? _nginx;
    private WarmHost? _first;

    private TwoHosts(Origin origin, RedisServer redis) => (Origin, Redis) = (origin, redis);

    public Origin Origin { get; }

    public RedisServer Redis { get; }

    public WarmHost First => _first!;

    public NginxSetup Setup => new() { OriginPort = Origin.Port };

    /// <param name="languages">Of each page there is a variant for each.</param>
    public static async Task<TwoHosts> StartAsync(int pages, string[] languages)
    {
        var origin = Origin.Start(request => OriginReply.Text(request.Target + " in " + request.Header("Accept-Language"), ("Vary", "Accept-Language"), ("Cache-Tag", "t")));
        var site = new TwoHosts(origin, await RedisServer.StartAsync());
        site._nginx = await NginxServer.StartAsync(site.Setup);
        foreach (var language in languages)
            for (var page = 0; page < pages; page++) (await site._nginx.Probe.GetAsync($"/page-{page}", WarmHost.Site, ("Accept-Language", language))).Status.ShouldBe(200);
        await CacheFiles.WaitForAsync(site._nginx.CacheDir, pages * languages.Length);
        site._first = await WarmHost.StartAsync(site.Redis, site._nginx.CacheDir, "objects: 0");
        return site;
    }

    public static async Task MustHitAsync(NginxServer nginx, int pages, string[] languages)
    {
        foreach (var language in languages)
        {
            for (var page = 0; page < pages; page++)
            {
                var reply = await nginx.Probe.GetAsync($"/page-{page}", WarmHost.Site, ("Accept-Language", language));
                (reply.Status, reply.CacheStatus, reply.Body).ShouldBe((200, "HIT", $"/page-{page} in {language}"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_first is not null) await _first.DisposeAsync();
        if (_nginx is not null) await _nginx.DisposeAsync();
        await Redis.DisposeAsync();
        await Origin.DisposeAsync();
    }
}
