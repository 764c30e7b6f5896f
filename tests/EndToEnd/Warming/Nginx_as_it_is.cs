using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Warming;

/// <summary>A real nginx that is seen: how long it has run, whom it serves, who its workers are, and that it speaks TLS.</summary>
public sealed class Nginx_as_it_is
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_has_run_for_long_is_asked_for_pages_and_where_it_cannot_be_nothing_is_placed(bool isAsked)
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var origin = Origin.Start(_ => OriginReply.Text("x"));
        await using var nginx = await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port });
        await using var peer = new FakePeer();
        peer.Add("/a");
        await using var host = await WarmHost.StartAsync(redis, nginx.CacheDir, Pid(nginx) + (isAsked ? $"; through: http://127.0.0.1:{nginx.Port}" : ""), seen: new Seen().Later(folder, Long));
        await peer.AppearAsync(redis);
        await host.CountedAsync(isAsked ? "fetched" : "skipped", 1);
        origin.Requests.Count.ShouldBe(isAsked ? 1 : 0);
        CacheFiles.List(nginx.CacheDir).Length.ShouldBe(isAsked ? 1 : 0);
        peer.Requests.Count.ShouldBe(1); // no file was asked for
    }

    [Fact]
    public async Task One_whose_loader_begins_while_a_file_is_on_its_way_is_asked_for_the_page()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var origin = Origin.Start(_ => OriginReply.Text("from the origin"));
        await using var nginx = await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port });
        var ready = new TaskCompletionSource();
        await using var peer = new FakePeer();
        peer.Add("/a", ready: ready.Task);
        var seen = new Seen().Later(folder, TimeSpan.Zero);
        await using var host = await WarmHost.StartAsync(redis, nginx.CacheDir, $"{Pid(nginx)}; through: http://127.0.0.1:{nginx.Port}", seen: seen);
        await peer.AppearAsync(redis);
        await Eventually.TrueAsync(() => peer.Requests.Count == 2, "the file is asked for");
        seen.Later(folder, Long);
        await Task.Delay(300, TestContext.Current.CancellationToken); // a look at the processes is good for so long
        ready.SetResult();
        await host.CountedAsync("fetched", 1);
        (await host.CountAsync("placed")).ShouldBe(0);
        (await nginx.Probe.GetAsync("/a", WarmHost.Site)).Body.ShouldBe("from the origin");
    }

    [Fact]
    public async Task The_names_of_its_servers_are_hosts_that_are_asked_for()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var origin = Origin.Start(_ => OriginReply.Text("x"));
        await using var nginx = await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port });
        await using var peer = new FakePeer();
        string[] served = ["one.example.org", "a.two.example.org", "three.example.org", "b.three.example.org", "ONE.example.org"];
        string[] others = ["two.example.org", "xthree.example.org", "four.example.org", "one.example.org.evil"];
        foreach (var name in (string[])[.. served, .. others]) peer.AddKey($"http{name}/{name}");
        var seen = new Seen().Configuration(folder, """http { server { server_name one.example.org *.two.example.org; } server { server_name .three.example.org ~^four\. _ ""; } }""");
        await using var host = await WarmHost.StartAsync(redis, nginx.CacheDir, $"through: http://127.0.0.1:{nginx.Port}", hosts: null, seen: seen);
        await peer.AppearAsync(redis);
        await host.CountedAsync("fetched", served.Length);
        await host.CountedAsync("skipped", others.Length);
        origin.Requests.Select(request => request.Target[1..]).ShouldBe(served, ignoreOrder: true);
    }

    [Theory]
    [InlineData("user www-data;")]
    [InlineData("")] // the build's
    public async Task Nothing_is_placed_as_root_where_its_workers_are_somebody_else(string user)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root");
        using var folder = new TempFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var peer = new FakePeer();
        peer.Add("/a");
        var cache = folder.Make("cache");
        await using var host = await WarmHost.StartAsync(redis, cache, seen: new Seen().Configuration(folder, $"{user} http {{ proxy_cache_path {cache} keys_zone=z:1m; }}"));
        await peer.AppearAsync(redis);
        await host.CountedAsync("skipped", 1);
        host.Agent.Log.ShouldContain("workers run as www-data");
        CacheFiles.List(cache).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_placed_into_a_directory_that_is_somebody_elses()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "not root");
        using var folder = new TempFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var peer = new FakePeer();
        peer.Add("/a");
        var cache = folder.Make("cache");
        await using (var chown = ChildProcess.Start("chown", ["65534", cache])) (await chown.ExitAsync()).ShouldBe(0);
        await using var host = await WarmHost.StartAsync(redis, cache);
        await peer.AppearAsync(redis);
        await host.CountedAsync("skipped", 1);
        host.Agent.Log.ShouldContain("belongs to user 65534");
        Directory.GetFileSystemEntries(cache).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_TLS_the_host_is_named_and_its_certificate_has_to_be_valid(bool isTrusted)
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var origin = Origin.Start(_ => OriginReply.Text("x"));
        var certificate = Seen.Certificate(folder, WarmHost.Site);
        var other = Seen.Certificate(folder, "other.example.org");
        var port = FreePort.Next();
        // By the name in the handshake the right one is chosen.
        await using var nginx = await NginxServer.StartAsync(new NginxSetup
        {
            OriginPort = origin.Port,
            Http = $"server {{ listen 127.0.0.1:{port} ssl default_server; ssl_certificate {other}.pem; ssl_certificate_key {other}.key; return 444; }}",
            Server = $"listen 127.0.0.1:{port} ssl; server_name {WarmHost.Site}; ssl_certificate {certificate}.pem; ssl_certificate_key {certificate}.key;",
        });
        await using var peer = new FakePeer();
        peer.AddKey($"https{WarmHost.Site}/a?b=c");
        peer.AddKey($"http{WarmHost.Site}/other-scheme");
        var seen = isTrusted ? new Seen().Authority(certificate + ".pem") : new Seen();
        await using var host = await WarmHost.StartAsync(redis, nginx.CacheDir, $"through: https://127.0.0.1:{port}", seen: seen);
        await peer.AppearAsync(redis);
        await host.CountedAsync(isTrusted ? "fetched" : "failed", 1);
        await host.CountedAsync("skipped", 1);
        origin.Requests.Select(request => request.Target).ShouldBe(isTrusted ? ["/a?b=c"] : []);
        if (isTrusted) CacheFiles.List(nginx.CacheDir).Select(Path.GetFileName).ShouldBe([CacheFiles.NameOf($"https{WarmHost.Site}/a?b=c")]);
    }

    private static string Pid(NginxServer nginx) => "pid: " + Path.Combine(Path.GetDirectoryName(nginx.ConfigPath)!, "nginx.pid");
}
