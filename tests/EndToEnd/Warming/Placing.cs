using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Warming;

/// <summary>Two real nginx with their agents: what the first has, the second has when it starts, without asking the origin.</summary>
public sealed class Placing
{
    private const int Pages = 300;
    private static readonly string[] Languages = ["de", "fr"];

    [Fact]
    public async Task A_host_whose_nginx_does_not_run_yet_starts_with_what_its_peers_have_in_all_variants()
    {
        await using var site = await TwoHosts.StartAsync(Pages, Languages);
        await using var second = await WarmHost.StartAsync(site.Redis, warm: "objects: 600");
        (await second.WarmedAsync()).ShouldContain("warmed 600 of 600 objects from 1 peers");
        (await second.CountAsync("placed")).ShouldBe(600);
        CacheFiles.Others(second.CacheDir).ShouldBeEmpty();
        foreach (var path in CacheFiles.List(second.CacheDir))
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(Path.GetDirectoryName(path)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await site.Origin.DisposeAsync();
        await using var nginx = await NginxServer.StartAsync(site.Setup with { CacheDir = second.CacheDir });
        await TwoHosts.MustHitAsync(nginx, Pages, Languages);
        // They are known like any other: a purge finds every variant.
        var report = await second.Agent.PostAsync($$"""{"command":"purge","host":"{{WarmHost.Site}}","value":["/page-7"]}""");
        ((int)report.Json["purged"]!).ShouldBe(2, report.Text);
        (await nginx.Probe.GetAsync("/page-7", WarmHost.Site, ("Accept-Language", "de"))).Status.ShouldBe(502);
    }

    [Fact]
    public async Task An_nginx_that_has_just_started_finds_what_is_placed_beside_it()
    {
        await using var site = await TwoHosts.StartAsync(20, Languages);
        await using var nginx = await NginxServer.StartAsync(site.Setup);
        var pid = Path.Combine(Path.GetDirectoryName(nginx.ConfigPath)!, "nginx.pid");
        await using var second = await WarmHost.StartAsync(site.Redis, nginx.CacheDir, $"objects: 40; pid: {pid}; through: http://127.0.0.1:{nginx.Port}");
        (await second.WarmedAsync()).ShouldContain("placed 40, fetched through nginx 0");
        await site.Origin.DisposeAsync();
        await TwoHosts.MustHitAsync(nginx, 20, Languages);
    }

    [Fact]
    public async Task What_is_here_already_stays_and_what_was_purged_at_the_peer_is_not_given()
    {
        await using var site = await TwoHosts.StartAsync(10, Languages);
        (await site.First.Agent.PostAsync($$"""{"command":"purge","mode":"soft","host":"{{WarmHost.Site}}","value":["/page-1"]}""")).Status.ShouldBe(200);
        (await site.First.Agent.PostAsync($$"""{"command":"purge","host":"{{WarmHost.Site}}","value":["/page-2"]}""")).Status.ShouldBe(200);
        using var folder = new TempFolder();
        var own = CacheFiles.PathOf(folder.Path, $"http{WarmHost.Site}/page-3");
        var theirs = CacheFiles.PathOf(site.First.CacheDir, $"http{WarmHost.Site}/page-3");
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        File.Copy(theirs, own);
        var before = File.GetLastWriteTimeUtc(own);
        await using var second = await WarmHost.StartAsync(site.Redis, folder.Path, "timeout: 3s");
        (await second.WarmedAsync()).ShouldContain("warmed 15 of 16 objects from 1 peers");
        (await second.CountAsync("here")).ShouldBe(1);
        File.GetLastWriteTimeUtc(own).ShouldBe(before);
        CacheFiles.List(folder.Path).Length.ShouldBe(16);
    }
}
