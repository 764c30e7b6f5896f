using System.Buffers.Binary;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>Pub/sub loses what is sent while nobody listens; each such time is counted, and handled as the operator chose.</summary>
public sealed class Redis_channels
{
    [Fact]
    public async Task Messages_published_while_connected_are_applied_and_counted_under_their_channel()
    {
        await using var stage = await RedisStage.StartAsync("channel");
        var pages = Enumerable.Range(0, 200).Select(i => stage.Page("/" + i)).ToList();
        using var redis = new RedisTalk(stage.Redis.Port);
        redis.Publish(RedisStage.Channel, [.. Enumerable.Range(0, 200).Select(i => RedisStage.PurgeOf("/" + i))]).ShouldBe(200);
        await stage.AppliedAsync(RedisStage.Channel, 200);
        pages.ShouldAllBe(page => !File.Exists(page));
        await stage.GapsAsync(RedisStage.Channel, 0);
    }

    [Fact]
    public async Task Each_restart_of_redis_is_one_counted_gap_and_nothing_is_purged_by_it()
    {
        await using var stage = await RedisStage.StartAsync("channel");
        var page = stage.Page("/1");
        for (var round = 1; round <= 3; round++)
        {
            await stage.Redis.RestartAsync();
            await stage.GapsAsync(RedisStage.Channel, round);
            await stage.ConnectedAsync(RedisStage.Channel, true);
            using var redis = new RedisTalk(stage.Redis.Port);
            redis.Publish(RedisStage.Channel, RedisStage.PurgeOf("/other")).ShouldBe(1);
            await stage.AppliedAsync(RedisStage.Channel, round);
        }

        IsFresh(page).ShouldBeTrue();
        await stage.Agent.Process.SaidAsync("may be lost");
    }

    [Fact]
    public async Task On_gap_expire_softly_expires_what_was_stored_before_the_gap_ended()
    {
        await using var stage = await RedisStage.StartAsync("channel", "expire");
        var pages = Enumerable.Range(0, 20).Select(i => stage.Page("/" + i)).ToList();
        await stage.Agent.HoldsAsync(20);
        await stage.Redis.RestartAsync();
        await stage.GapsAsync(RedisStage.Channel, 1);
        await Eventually.TrueAsync(() => pages.TrueForAll(page => !IsFresh(page)), "everything is expired");
        pages.ShouldAllBe(page => File.Exists(page), "softly: nginx may still serve it while it fetches a new one");
    }

    [Fact]
    public async Task On_gap_stop_ends_the_agent_with_an_error()
    {
        await using var stage = await RedisStage.StartAsync("channel", "stop");
        await stage.Redis.RestartAsync();
        await stage.Agent.Process.SaidAsync("on_gap is stop");
        (await stage.Agent.Process.TerminateAsync()).ShouldBe(4);
        await stage.StartAgentAsync(); // whoever starts it again knows of the gap
        using var redis = new RedisTalk(stage.Redis.Port);
        redis.Publish(RedisStage.Channel, RedisStage.PurgeOf("/1")).ShouldBe(1);
        await stage.AppliedAsync(RedisStage.Channel, 1);
    }

    [Fact]
    public async Task The_time_an_agent_was_dead_is_a_gap()
    {
        await using var stage = await RedisStage.StartAsync("channel");
        await Eventually.TrueAsync(() => Directory.GetFiles(stage.CacheDir + "/../state", "journal-*").Any(file => File.ReadAllText(file).Contains("redis:varnish.purge", StringComparison.Ordinal)), "the position is written");
        await stage.KillAgentAsync();
        await stage.StartAgentAsync();
        await stage.GapsAsync(RedisStage.Channel, 1);
    }

    [Fact]
    public async Task A_frozen_link_is_noticed_and_is_a_gap()
    {
        await using var stage = await RedisStage.StartAsync("channel");
        stage.Redis.Freeze();
        await stage.ConnectedAsync(RedisStage.Channel, false);
        stage.Redis.Thaw();
        await stage.ConnectedAsync(RedisStage.Channel, true);
        await stage.GapsAsync(RedisStage.Channel, 1);
    }

    [Fact]
    public async Task An_agent_that_redis_cuts_off_because_it_does_not_read_counts_a_gap()
    {
        await using var stage = await RedisStage.StartAsync("channel", "warn", "--client-output-buffer-limit", "pubsub 1mb 0 0");
        stage.Agent.Process.Signal(Posix.SigStop);
        using (var redis = new RedisTalk(stage.Redis.Port))
        {
            var bulk = new string('x', 60_000);
            for (var i = 0; redis.Publish(RedisStage.Channel, $$"""{"command":"purge","value":["/{{bulk}}"]}""") == 1; i++) i.ShouldBeLessThan(1000);
        }

        stage.Agent.Process.Signal(Posix.SigCont);
        await stage.GapsAsync(RedisStage.Channel, 1);
        using var again = new RedisTalk(stage.Redis.Port);
        await Eventually.TrueAsync(() => again.Publish(RedisStage.Channel, RedisStage.PurgeOf("/1")) == 1, "the agent is subscribed again");
    }

    private static bool IsFresh(string page)
        => BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(page).AsSpan(8)) > DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
