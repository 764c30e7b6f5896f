using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Warming;

/// <summary>Objects are given to who shows the token of warming, which is not the operator's.</summary>
public sealed class Who_is_given_objects
{
    private const string Admin = "the-operators-own-token";

    [Fact]
    public async Task Only_the_token_of_warming_opens_the_list_and_the_files()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var host = await WarmHost.StartAsync(redis, admin: Admin);
        var page = new SyntheticEntry($"http{WarmHost.Site}/a").WriteTo(host.CacheDir);
        await Eventually.TrueAsync(async () => (await host.AskAsync("objects?newest=10", WarmHost.Token)).Text.Contains(WarmHost.Site, StringComparison.Ordinal), "the page is listed");
        foreach (var path in (string[])["objects?newest=10", "objects/" + Path.GetFileName(page)])
        {
            foreach (var token in (string?[])[null, Admin, WarmHost.Token + "x", ""]) (await host.AskAsync(path, token)).Problem(401);
            (await host.AskAsync(path, WarmHost.Token)).Text.ShouldContain(WarmHost.Site);
        }

        // And it opens nothing else.
        (await host.AskAsync("status", WarmHost.Token)).Problem(401);
        (await host.AskAsync("status", Admin)).Status.ShouldBe(200);
        foreach (var path in (string[])["objects", "objects?newest=-1", "objects?newest=x", "objects?newest=50001"]) (await host.AskAsync(path, WarmHost.Token)).Problem(400);
        foreach (var path in (string[])["objects/x", "objects/" + new string('0', 32), "objects/..%2f..%2fetc%2fpasswd", $"objects/{Path.GetFileName(page)}?cache=/etc"]) (await host.AskAsync(path, WarmHost.Token)).Problem(404);
    }

    [Fact]
    public async Task An_agent_that_is_not_told_to_warm_gives_nothing()
    {
        using var folder = new TempFolder();
        await using var agent = await RunningAgent.StartAsync(folder, folder.Make("cache"));
        (await agent.GetAsync("/v1/objects?newest=10")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task With_another_token_nothing_is_taken()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await WarmHost.StartAsync(redis, warm: "objects: 0");
        new SyntheticEntry($"http{WarmHost.Site}/a").WriteTo(first.CacheDir);
        await first.Agent.HoldsAsync(1);
        await using var second = await WarmHost.StartAsync(redis, warm: "timeout: 3s", token: "another-token-of-the-tests");
        (await second.WarmedAsync()).ShouldContain("warmed 0 of 0");
        second.Agent.Log.ShouldContain("401");
        CacheFiles.List(second.CacheDir).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_latest_used_are_listed_first_and_none_that_is_not_fresh()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var host = await WarmHost.StartAsync(redis);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var i = 0; i < 20; i++)
        {
            var page = new SyntheticEntry($"http{WarmHost.Site}/{i}") { Stored = now - 100 + i }.WriteTo(host.CacheDir);
            File.SetLastWriteTimeUtc(page, DateTime.UtcNow.AddSeconds(-100 + i));
            File.SetLastAccessTimeUtc(page, DateTime.UtcNow.AddSeconds(i == 15 ? -1 : -100 + i)); // one was read since
        }

        new SyntheticEntry($"http{WarmHost.Site}/old") { Stored = now - 7200 }.WriteTo(host.CacheDir);
        await host.Agent.HoldsAsync(21);
        var objects = (await host.AskAsync("objects?newest=5", WarmHost.Token)).Json["objects"]!.AsArray();
        objects.Select(one => ((string)one!["key"]!).Split('/')[^1]).ShouldBe(["15", "19", "18", "17", "16"]);
        ((await host.AskAsync("objects?newest=50", WarmHost.Token)).Json["objects"]!.AsArray().Count).ShouldBe(20);
    }
}
