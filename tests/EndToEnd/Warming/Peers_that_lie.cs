using System.Text;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Warming;

/// <summary>Peers are believed in nothing, and the clock of an invalidation runs while they answer.</summary>
public sealed class Peers_that_lie
{
    [Fact]
    public async Task What_is_purged_between_the_list_and_the_placing_is_never_placed()
    {
        await using var redis = await RedisServer.StartAsync();
        var ready = new TaskCompletionSource();
        await using var peer = new FakePeer();
        peer.Add("/purged", ready: ready.Task);
        peer.Add("/other", ready: ready.Task);
        await using var host = await WarmHost.StartAsync(redis);
        await peer.AppearAsync(redis);
        await Eventually.TrueAsync(() => peer.Requests.Count == 3, "both are being fetched");
        await redis.CliAsync("publish", "varnish.purge", $$"""{"command":"purge","host":"{{WarmHost.Site}}","value":["/purged"]}""");
        await Eventually.TrueAsync(async () => (await host.Agent.MetricsAsync()).Sum("towncrier_invalidations_total", ("result", "applied")) == 1, "the purge is applied");
        ready.SetResult();
        await host.CountedAsync("invalidated", 1);
        await host.CountedAsync("placed", 1);
        CacheFiles.List(host.CacheDir).Select(Path.GetFileName).ShouldBe([CacheFiles.NameOf($"http{WarmHost.Site}/other")]);
    }

    [Fact]
    public async Task Files_that_are_none_are_left_and_the_next_is_taken()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var peer = new FakePeer();
        var good = new SyntheticEntry($"http{WarmHost.Site}/x").ToBytes();
        peer.Add("/garbage", Encoding.ASCII.GetBytes(new string('x', 5000)));
        peer.Add("/empty", []);
        peer.Add("/cut", good[..350]);
        peer.Add("/other", good); // whole, and of another key
        peer.Add("/broken", [.. good[..342], (byte)'X', .. good[343..]]); // its key's checksum is wrong
        peer.Add("/path", good, name: "../../../../tmp/evil");
        peer.Add("/expired", stored: DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 7200);
        var name = peer.Add("/good");
        await using var host = await WarmHost.StartAsync(redis);
        await peer.AppearAsync(redis);
        await host.CountedAsync("placed", 1);
        await host.CountedAsync("invalid", 6);
        await host.CountedAsync("gone", 1);
        CacheFiles.List(host.CacheDir).Select(Path.GetFileName).ShouldBe([name]);
        CacheFiles.Others(host.CacheDir).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_not_placed_though_its_half_has_a_whole_head()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var peer = new FakePeer();
        var whole = new SyntheticEntry($"http{WarmHost.Site}/long") { Body = new string('x', 100_000) }.ToBytes();
        peer.Add("/long", whole, middle: new TaskCompletionSource().Task);
        await using var host = await WarmHost.StartAsync(redis);
        await peer.AppearAsync(redis);
        await Eventually.TrueAsync(() => Directory.Exists(Path.Combine(host.CacheDir, "temp")) && Directory.GetFiles(Path.Combine(host.CacheDir, "temp")) is [var file] && new FileInfo(file).Length > 10_000, "half of it is here");
        await peer.DisposeAsync();
        await host.CountedAsync("failed", 1);
        CacheFiles.List(host.CacheDir).ShouldBeEmpty();
        CacheFiles.Others(host.CacheDir).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"caches":null,"objects":null}""")]
    [InlineData("""{"caches":[],"objects":[{"cache":0,"key":"k","file":"00000000000000000000000000000000","valid":99999999999}]}""")]
    [InlineData("""{"caches":[null],"objects":[null]}""")]
    public async Task A_list_that_is_none_costs_a_line(string list)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var liar = new FakePeer { List = list };
        await using var peer = new FakePeer();
        peer.Add("/a");
        await using var host = await WarmHost.StartAsync(redis);
        await liar.AppearAsync(redis);
        await host.Agent.Process.SaidAsync("cannot be taken");
        await peer.AppearAsync(redis);
        await host.CountedAsync("placed", 1);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_holds_a_host_up_for_no_longer_than_the_timeout()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var peer = new FakePeer { BeforeList = new TaskCompletionSource().Task };
        await using var host = await WarmHost.StartAsync(redis, warm: "timeout: 1s");
        await peer.AppearAsync(redis);
        (await host.WarmedAsync()).ShouldContain("warmed 0 of 0 objects from 0 peers");
        await host.Agent.MustWorkAsync(host.CacheDir);
    }
}
