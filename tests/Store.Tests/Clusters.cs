using System.Net.Http.Headers;
using Towncrier.Peers;

namespace Towncrier.Store.Tests;

/// <summary>Nodes over a real Redis and real HTTP: what one stores all have, and what is invalidated none serves.</summary>
public sealed class Clusters
{
    private const string Site = "https://www.example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_stored_on_one_node_is_on_the_other_with_body_tags_and_times()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => await redis.CliAsync("pubsub", "numsub", "objects") is var said && said.Contains('2', StringComparison.Ordinal), "both listen");
        var head = new ObjectHead { Expires = DateTimeOffset.UtcNow.AddHours(1), Tags = ["t 1"], Status = 203, Fields = [new("Content-Type", "text/html")] };
        await a.Store.PutAsync(new ObjectKey(Site + "/a", "de"), head, OpenStore.Bytes(new string('x', 200_000)), Cancel);
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a", "de") is not null, "b has it");
        using var here = a.Store.TryOpen(new ObjectKey(Site + "/a", "de")).ShouldNotBeNull();
        using var there = b.Store.TryOpen(new ObjectKey(Site + "/a", "de")).ShouldNotBeNull();
        there.ToArray().ShouldBe(here.ToArray());
        (there.Status, there.StoredAt, there.Expires).ShouldBe((here.Status, here.StoredAt, here.Expires));
        there.Tags.ShouldBe(["t 1"]);
        there.Fields.ShouldBe(head.Fields);
        // The newer one replaces it, in the same second too; the older one never comes back.
        await a.Store.PutAsync(new ObjectKey(Site + "/a", "de"), head, OpenStore.Bytes("newer"), Cancel);
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a", "de") == "newer", "b has the newer one");
    }

    [Fact]
    public async Task Everything_stored_in_a_burst_arrives()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        const int Objects = 3000;
        await Parallel.ForAsync(0, Objects, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, _) => await a.Site.PutAsync($"{Site}/{i}", $"body {i}", $"t-{i % 10}"));
        await Eventually.TrueAsync(() => b.Store.Count == Objects, "b has all of them", TimeSpan.FromSeconds(60));
        for (var i = 0; i < Objects; i += 11) b.Site.Read($"{Site}/{i}").ShouldBe($"body {i}");
        b.Store.CheckIntegrity();
    }

    [Fact]
    public async Task A_node_that_joins_is_warmed_with_what_was_used_last()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        var warm = Scale.Of(5000);
        await Parallel.ForAsync(0, warm * 3 / 2, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, _) => await a.Site.PutAsync($"{Site}/{i}", $"body {i}"));
        for (var i = 0; i < warm; i++) a.Site.Read($"{Site}/{i}").ShouldNotBeNull(); // these are used last
        await using var b = await Node.StartAsync(redis, "b", cluster => cluster with { WarmupObjects = warm });
        // One or another may have been announced at the last moment: then it is no part of the warm-up.
        var missing = Enumerable.Range(0, warm).ToHashSet();
        await Eventually.TrueAsync(() => missing.RemoveWhere(i => b.Site.Read($"{Site}/{i}") == $"body {i}") >= 0 && missing.Count == 0, "b is warm", TimeSpan.FromSeconds(30));
        b.Store.Warmed.ShouldBeInRange(warm / 2, warm);
        b.Store.Count.ShouldBeLessThan(warm * 3 / 2); // and perhaps what was just being announced
        await a.Site.PutAsync(Site + "/later", "later");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/later") == "later", "announcements go on");
    }

    [Fact]
    public async Task What_is_stored_while_the_channel_is_away_arrives_afterwards()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await a.Site.PutAsync(Site + "/before", "before");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/before") is not null, "they know each other");
        await redis.KillAsync();
        for (var i = 0; i < 300; i++) await a.Site.PutAsync($"{Site}/{i}", $"body {i}");
        await redis.RestartAsync();
        await Eventually.TrueAsync(() => b.Store.Count == 301, "b has what it could not be told", TimeSpan.FromSeconds(40));
        for (var i = 0; i < 300; i++) b.Site.Read($"{Site}/{i}").ShouldBe($"body {i}");
    }

    [Fact]
    public async Task A_peer_that_is_none_of_the_allowed_is_not_asked()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b", cluster => cluster with { Peers = ["10.1.2.3", "*.cache.internal"] });
        await using var c = await Node.StartAsync(redis, "c", cluster => cluster with { Peers = ["127.0.0.1"] });
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('3', StringComparison.Ordinal), "all listen");
        await a.Site.PutAsync(Site + "/a", "a");
        await Eventually.TrueAsync(() => c.Site.Read(Site + "/a") == "a", "c may fetch it");
        b.Store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task After_puts_and_an_invalidation_of_everything_neither_node_serves_anything_older()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        for (var run = 0; run < Scale.Of(1000); run++)
        {
            // One that begins before a former run's fence ends, and lands after, goes at once.
            for (var i = 0; i < 5; i++)
                (await (i % 2 == 0 ? a : b).Store.PutAsync(new ObjectKey($"{Site}/{i}"), OpenStore.Head("t"), OpenStore.Bytes($"run {run}"), Cancel)).ShouldBeOneOf(PutOutcome.Stored, PutOutcome.Invalidated);
            var all = new InvalidationBuilder().PurgeAll().Build();
            await (run % 2 == 0 ? a : b).Store.InvalidateAsync(all, Cancel);
            await Eventually.TrueAsync(() => a.Has(all[0]) && b.Has(all[0]), "both have applied it");
            for (var look = 0; look < 3; look++)
            {
                for (var i = 0; i < 5; i++)
                {
                    a.Site.Read($"{Site}/{i}").ShouldBeNull($"on a, run {run}");
                    b.Site.Read($"{Site}/{i}").ShouldBeNull($"on b, run {run}");
                }

                await Task.Delay(5, Cancel); // what is still on its way arrives, and goes
            }
        }
    }

    [Fact]
    public async Task Without_the_token_nothing_is_shared_and_with_another_nothing_is_fetched()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b", cluster => cluster with { Token = "another-token-of-16" });
        await a.Site.PutAsync(Site + "/a", "secret");
        using var http = new HttpClient { BaseAddress = a.Address };
        foreach (var path in (string[])["objects?newest=10", "objects/" + Path.GetFileName(a.Site.Files.Single())])
        {
            http.DefaultRequestHeaders.Authorization = null;
            ((int)(await http.GetAsync(new Uri(path, UriKind.Relative), Cancel)).StatusCode).ShouldBe(401);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Node.Token + "x");
            ((int)(await http.GetAsync(new Uri(path, UriKind.Relative), Cancel)).StatusCode).ShouldBe(401);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Node.Token);
            (await http.GetStringAsync(new Uri(path, UriKind.Relative), Cancel)).ShouldContain(Site + "/a");
        }

        foreach (var path in (string[])["objects", "objects?newest=-1", "objects?newest=99999999999", "objects?newest=x"])
            ((int)(await http.GetAsync(new Uri(path, UriKind.Relative), Cancel)).StatusCode).ShouldBe(400);
        foreach (var path in (string[])["objects/..%2f..%2fetc%2fpasswd", "objects/" + new string('0', 32), "objects/x"])
            ((int)(await http.GetAsync(new Uri(path, UriKind.Relative), Cancel)).StatusCode).ShouldBe(404);
        b.Store.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"command":"stored","node":"x","address":"ftp://x/","objects":[]}""")]
    [InlineData("""{"command":"stored","node":"x","address":"http://169.254.169.254/","objects":[{"key":"k","variant":"00000000000000000000000000000000","stored":1,"expires":99999999999999,"bytes":1}]}""")]
    [InlineData("""{"command":"stored","node":"x","address":"http://127.0.0.1:1/","objects":[{"key":null,"variant":"../../etc/passwd","stored":1,"expires":99999999999999,"bytes":1}]}""")]
    [InlineData("""{"command":"stored","node":"x","address":"http://127.0.0.1:1/","objects":[null]}""")]
    public async Task A_hostile_announcement_costs_nothing(string announcement)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        await redis.CliAsync("publish", "objects", announcement);
        await a.Site.PutAsync(Site + "/a", "a");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a") == "a", "the next one is heard");
    }
}
