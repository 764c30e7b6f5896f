using System.Collections.Concurrent;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>A page of the origin: its host, its path and query as they are asked for, and its tags.</summary>
internal sealed record SitePage(string Host, string Target, string Tags = "")
{
    public string Name => Host + Target;
}

/// <summary>What a cache answered to a GET: whether out of the cache, and which of the origin's answers it was.</summary>
internal sealed record Seen(string Status, string Body);

/// <summary>
/// A real origin; before it a real varnishd, with the VCL that varnish-towncrier's documentation asks for, and a real nginx;
/// a real Redis; and the real agent, started with varnish-towncrier's own file and nginx's cache beside it.
/// </summary>
internal sealed class TwoCaches : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Origin _origin;
    private readonly SitePage[] _pages;
    private RunningAgent? _agent;

    private TwoCaches(Origin origin, NginxServer nginx, VarnishServer varnish, RedisServer redis, SitePage[] pages)
        => (_origin, Nginx, Varnish, Redis, _pages) = (origin, nginx, varnish, redis, pages);

    public NginxServer Nginx { get; }

    public VarnishServer Varnish { get; }

    public RedisServer Redis { get; }

    public RunningAgent Agent => _agent.ShouldNotBeNull("the agent is not running");

    /// <param name="pages">Made for Varnish's port, which is part of its own address.</param>
    /// <param name="purgers">Who may purge Varnish; its own default when null.</param>
    public static async Task<TwoCaches> StartAsync(Func<int, SitePage[]> pages, string purgers = "\"127.0.0.1\";")
    {
        var (known, answers) = (new ConcurrentDictionary<string, string>(), 0);
        // Each answer is another one, so that a cache shows by it what it holds.
        var origin = Origin.Start(request => OriginReply.Text(
            "v" + Interlocked.Increment(ref answers), ("Cache-Control", "max-age=3600"), ("xkey", known.GetValueOrDefault(request.Header("Host") + request.Target, "none")), ("X-Kind", request.Path.Split('/')[1])));
        var varnish = await VarnishServer.StartAsync(VarnishVcl.Original(origin.Port, purgers));
        var nginx = await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port, Valid = null, StaleWhileUpdating = true });
        var all = pages(varnish.Port);
        foreach (var page in all) known[Latin1(page.Name)] = page.Tags.Length > 0 ? page.Tags : "none";
        var site = new TwoCaches(origin, nginx, varnish, await RedisServer.StartAsync(), all);
        await site.StartAgentAsync();
        await site.GoneAsync();
        return site;
    }

    /// <summary>PUBLISH, heard by the agent, and applied to both caches.</summary>
    public async Task TellAsync(string message)
    {
        await Agent.HoldsAsync(_pages.Length);
        var before = await CountAsync("applied");
        Publish(message);
        await Eventually.TrueAsync(async () => await CountAsync("applied") == before + 1, "applied: " + message + "\n" + Agent.Log);
        (await CountAsync("failed")).ShouldBe(0, Agent.Log);
    }

    public void Publish(string message)
    {
        using var redis = new RedisTalk(Redis.Port);
        redis.Publish("varnish.purge", message).ShouldBe(1);
    }

    public async Task<double> CountAsync(string result)
        => (await Agent.MetricsAsync()).Sum("towncrier_invalidations_total", ("source", "redis:varnish.purge"), ("result", result));

    /// <summary>The pages that each cache had to fetch anew. Asking puts them back.</summary>
    public async Task<(string[] Nginx, string[] Varnish)> GoneAsync()
    {
        var (nginx, varnish) = (new List<string>(), new List<string>());
        foreach (var page in _pages)
        {
            if ((await OnNginxAsync(page)).Status != "HIT") nginx.Add(page.Name);
            if ((await OnVarnishAsync(page)).Status != "hit") varnish.Add(page.Name);
        }

        return ([.. nginx], [.. varnish]);
    }

    public Task<Seen> OnNginxAsync(SitePage page) => AskAsync(Nginx.Port, page, "X-Cache-Status: ");

    public Task<Seen> OnVarnishAsync(SitePage page) => AskAsync(Varnish.Port, page, "x-cache: ");

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        await Redis.DisposeAsync();
        await Nginx.DisposeAsync();
        await Varnish.DisposeAsync();
        await _origin.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAgentAsync()
    {
        var port = FreePort.Next();
        await File.WriteAllTextAsync(_folder.Of("varnish-towncrier.yml"), $"""
            redis:
              uri: redis://127.0.0.1:{Redis.Port}
              subscribe:
                - varnish.purge
            endpoint:
              uri: {Varnish.Url}/
              xkeyheader: x-xkey
              softxkeyheader: x-xkey-soft
              banheader: x-ban-expression
              banurlheader: x-ban-url
            """);
        string[] args = ["--config", _folder.Of("varnish-towncrier.yml"), "--cache", Nginx.CacheDir, "--key", "$scheme$host$request_uri", "--listen", $"http://127.0.0.1:{port}", "--state", _folder.Of("state"), "--fence", "0s", "--log", "text"];
        _agent = RunningAgent.Of(await AgentProcess.StartAsync(port, args), port);
    }

    private static async Task<Seen> AskAsync(int port, SitePage page, string header)
    {
        var answer = await RawClient.GetAsync(port, page.Host, page.Target);
        answer.ShouldStartWith("HTTP/1.1 200", Case.Sensitive, page.Name);
        var parts = answer.Split("\r\n\r\n", 2);
        return new Seen(parts[0].Split("\r\n").Single(line => line.StartsWith(header, StringComparison.Ordinal))[header.Length..], parts[1]);
    }

    private static string Latin1(string text) => System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
