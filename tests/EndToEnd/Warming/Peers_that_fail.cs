using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Warming;

/// <summary>What one peer cannot give, another gives.</summary>
public sealed class Peers_that_fail
{
    [Fact]
    public async Task One_that_does_not_answer_does_not_keep_a_host_from_the_next()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silent = new FakePeer { BeforeList = new TaskCompletionSource().Task };
        await using var peer = new FakePeer();
        peer.Add("/a");
        await using var host = await WarmHost.StartAsync(redis);
        await silent.AppearAsync(redis);
        await Eventually.TrueAsync(() => silent.Requests.Count > 0, "the silent one is asked");
        await peer.AppearAsync(redis);
        await host.CountedAsync("placed", 1);
    }

    [Fact]
    public async Task What_one_gives_broken_or_no_longer_has_is_taken_from_the_next()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var broken = new FakePeer();
        await using var peer = new FakePeer();
        foreach (var uri in (string[])["/a", "/b", "/c"])
        {
            broken.Add(uri, uri == "/c" ? [] : "garbage"u8.ToArray());
            peer.Add(uri);
        }

        await using var host = await WarmHost.StartAsync(redis);
        await broken.AppearAsync(redis);
        await host.CountedAsync("invalid", 3);
        await peer.AppearAsync(redis);
        await host.CountedAsync("placed", 3);
    }

    [Fact]
    public async Task A_list_of_two_caches_elsewhere_is_not_that_of_the_one_cache_here()
    {
        await using var redis = await RedisServer.StartAsync();
        var key = $"http{WarmHost.Site}/a";
        await using var two = new FakePeer { List = $$"""{"caches":[{"path":"/one","levels":"1:2"},{"path":"/two","levels":"1:2"}],"objects":[{"cache":0,"key":"{{key}}","file":"{{CacheFiles.NameOf(key)}}","stored":1,"valid":99999999999,"bytes":1}]}""" };
        await using var peer = new FakePeer();
        peer.Add("/b");
        await using var host = await WarmHost.StartAsync(redis, warm: "timeout: 3s");
        await two.AppearAsync(redis);
        await peer.AppearAsync(redis);
        (await host.WarmedAsync()).ShouldContain("warmed 1 of 1 objects from 2 peers");
    }

    [Fact]
    public async Task What_finds_no_room_is_counted_and_what_fits_is_placed()
    {
        await using var disk = await SmallDisk.MountAsync("1m");
        await using var redis = await RedisServer.StartAsync();
        await using var peer = new FakePeer();
        peer.Add("/large", (new SyntheticEntry($"http{WarmHost.Site}/large") { Body = new string('x', 2_000_000) }).ToBytes());
        await using var host = await WarmHost.StartAsync(redis, disk.Path, "objects: 1");
        await peer.AppearAsync(redis);
        await host.CountedAsync("no_space", 1);
        CacheFiles.Others(disk.Path).ShouldBeEmpty();
        await using var next = new FakePeer();
        next.Add("/small");
        await next.AppearAsync(redis);
        await host.CountedAsync("placed", 1);
    }

    [Fact]
    public async Task A_list_longer_than_was_asked_for_is_not_taken()
    {
        await using var redis = await RedisServer.StartAsync();
        var one = """{"cache":0,"key":"k","file":"00000000000000000000000000000000","stored":1,"valid":1,"bytes":1},""";
        await using var liar = new FakePeer { List = """{"caches":[{"path":"/one","levels":"1:2"}],"objects":[""" + string.Concat(Enumerable.Repeat(one, 20_000)) + one[..^1] + "]}" };
        await using var host = await WarmHost.StartAsync(redis, warm: "objects: 100; timeout: 3s");
        await liar.AppearAsync(redis);
        await host.Agent.Process.SaidAsync("its list is longer than was asked for");
        (await host.WarmedAsync()).ShouldContain("warmed 0 of 0");
    }
}
