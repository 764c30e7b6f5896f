namespace Towncrier.EndToEnd.Fleet;

/// <summary>Nothing that was added to a stream is lost, whatever dies in between; what was trimmed unread is told.</summary>
public sealed class Redis_streams
{
    [Fact]
    public async Task A_message_purges_and_a_second_of_the_same_entry_does_not_come()
    {
        await using var stage = await RedisStage.StartAsync("stream");
        var (page, other) = (stage.Page("/news/42?page=2"), stage.Page("/news/42"));
        using var redis = new RedisTalk(stage.Redis.Port);
        redis.Add(RedisStage.Stream, RedisStage.PurgeOf("/news/42?page=2"));
        await stage.AppliedAsync(RedisStage.Stream, 1);
        File.Exists(page).ShouldBeFalse();
        File.Exists(other).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_added_while_the_agent_was_dead_is_applied_at_its_start()
    {
        await using var stage = await RedisStage.StartAsync("stream");
        using var redis = new RedisTalk(stage.Redis.Port);
        redis.Add(RedisStage.Stream, RedisStage.PurgeOf("/0"));
        await stage.AppliedAsync(RedisStage.Stream, 1);
        await stage.KillAgentAsync();
        var pages = Enumerable.Range(1, 50).Select(i => stage.Page("/" + i)).ToList();
        redis.Add(RedisStage.Stream, [.. Enumerable.Range(1, 50).Select(i => RedisStage.PurgeOf("/" + i))]);
        await stage.StartAgentAsync();
        await stage.AppliedAsync(RedisStage.Stream, 50);
        await Eventually.TrueAsync(() => pages.TrueForAll(page => !File.Exists(page)), "the pages are gone");
        await stage.GapsAsync(RedisStage.Stream, 0);
    }

    [Fact]
    public async Task A_redis_that_is_killed_and_comes_back_with_its_data_loses_nothing()
    {
        await using var stage = await RedisStage.StartAsync("stream", "warn", "--appendonly", "yes", "--appendfsync", "always");
        for (var round = 1; round <= 3; round++)
        {
            using (var before = new RedisTalk(stage.Redis.Port))
                before.Add(RedisStage.Stream, [.. Enumerable.Range(0, 100).Select(i => RedisStage.PurgeOf($"/{round}/{i}"))]);
            await stage.Redis.RestartAsync();
            using (var after = new RedisTalk(stage.Redis.Port))
                after.Add(RedisStage.Stream, [.. Enumerable.Range(100, 100).Select(i => RedisStage.PurgeOf($"/{round}/{i}"))]);
            await stage.AppliedAsync(RedisStage.Stream, round * 200);
        }

        (await stage.SumAsync("towncrier_invalidations_total", ("source", "redis:" + RedisStage.Stream), ("result", "applied"))).ShouldBe(600);
        await stage.GapsAsync(RedisStage.Stream, 0);
    }

    [Fact]
    public async Task A_frozen_redis_is_noticed_and_what_is_added_when_it_is_back_arrives()
    {
        await using var stage = await RedisStage.StartAsync("stream");
        stage.Redis.Freeze();
        await stage.ConnectedAsync(RedisStage.Stream, false);
        (await stage.Agent.GetAsync("/readyz")).Status.ShouldBe(200, "a broker's trouble takes no host out of service");
        stage.Redis.Thaw();
        await stage.ConnectedAsync(RedisStage.Stream, true);
        using var redis = new RedisTalk(stage.Redis.Port);
        redis.Add(RedisStage.Stream, RedisStage.PurgeOf("/1"));
        await stage.AppliedAsync(RedisStage.Stream, 1);
        await stage.GapsAsync(RedisStage.Stream, 0);
    }

    [Fact]
    public async Task A_stream_trimmed_under_the_cursor_is_a_gap_and_reading_goes_on()
    {
        await using var stage = await RedisStage.StartAsync("stream");
        using var redis = new RedisTalk(stage.Redis.Port);
        redis.Add(RedisStage.Stream, RedisStage.PurgeOf("/0"));
        await stage.AppliedAsync(RedisStage.Stream, 1);
        await stage.KillAgentAsync();
        redis.Add(RedisStage.Stream, [.. Enumerable.Range(1, 20).Select(i => RedisStage.PurgeOf("/" + i))]);
        redis.Ask(["XTRIM", RedisStage.Stream, "MAXLEN", "5"]);
        await stage.StartAgentAsync();
        await stage.GapsAsync(RedisStage.Stream, 1);
        await stage.AppliedAsync(RedisStage.Stream, 5);
        redis.Add(RedisStage.Stream, RedisStage.PurgeOf("/99"));
        await stage.AppliedAsync(RedisStage.Stream, 6);
        await stage.GapsAsync(RedisStage.Stream, 1);
    }

    [Fact]
    public async Task Every_malformed_message_is_one_counted_refusal_and_holds_nobody_up()
    {
        await using var stage = await RedisStage.StartAsync("channel, stream");
        using var redis = new RedisTalk(stage.Redis.Port);
        var all = MalformedMessages.All.ToList();
        all.Count.ShouldBeGreaterThanOrEqualTo(60);
        foreach (var (i, (name, body, reason)) in all.Index())
        {
            var source = i % 2 == 0 ? RedisStage.Stream : RedisStage.Channel;
            var before = await RefusedAsync(source);
            if (source == RedisStage.Stream) redis.Add(source, body, RedisStage.PurgeOf("/after"));
            else redis.Publish(source, body, RedisStage.PurgeOf("/after"));
            await stage.AppliedAsync(source, (i / 2) + 1);
            var after = await RefusedAsync(source);
            var change = after.Where(row => row.Value != before.GetValueOrDefault(row.Key)).ToList();
            change.Select(row => (row.Key, row.Value - before.GetValueOrDefault(row.Key))).ShouldBe([(reason, 1d)], name);
        }

        async Task<Dictionary<string, double>> RefusedAsync(string source) => (await stage.Agent.MetricsAsync())
            .Of("towncrier_refusals_total", ("source", "redis:" + source)).ToDictionary(sample => sample.Labels["reason"], sample => sample.Value);
    }
}
