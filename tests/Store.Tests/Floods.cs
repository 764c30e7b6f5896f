using Towncrier.Peers;

namespace Towncrier.Store.Tests;

/// <summary>More than channels, queues and lists hold at once, and than fits a node.</summary>
public sealed class Floods
{
    private const string Site = "https://www.example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_stored_while_the_channel_was_away_arrives_also_when_it_is_more_than_one_list_can_hold()
    {
        var objects = Scale.Of(100_000);
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await a.Site.PutAsync(Site + "/before", "before");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/before") is not null, "they know each other");
        await redis.KillAsync();
        await Parallel.ForAsync(0, objects, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, _) => await a.Site.PutAsync($"{Site}/{i}", "x"));
        await redis.RestartAsync();
        await Eventually.TrueAsync(() => b.Store.Count == objects + 1, "b has all of them", TimeSpan.FromSeconds(300));
    }

    [Fact]
    public async Task A_node_whose_disk_is_smaller_than_its_peers_keeps_what_was_used_last()
    {
        await using var disk = await SmallDisk.MountAsync("16m");
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        var body = new string('x', 50_000);
        for (var i = 0; i < 600; i++) await a.Site.PutAsync($"{Site}/{i}", body);
        await using var b = await Node.StartAsync(redis, "b", and: options => options with { Limits = new() { DiskLimit = 0.8 } }, folder: disk.Path + "/b");
        await Eventually.TrueAsync(() => b.Store.Metrics().Contains("lru_nuked_disk\"} 0", StringComparison.Ordinal) == false && b.Store.Count is > 150 and < 300, "it is full");
        await Eventually.TrueAsync(() => Enumerable.Range(500, 100).All(i => b.Site.Read($"{Site}/{i}") == body), "what was used last is there");
        b.Store.CheckIntegrity();
    }
}
