namespace Towncrier.Providers.Redis.Tests;

/// <summary>What is lost of a stream is told, once; what is not lost is not.</summary>
public sealed class StreamLossTests
{
    [Fact]
    public async Task Trimmed_while_we_were_away_is_a_gap_only_if_we_had_not_read_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        var first = await Listener.ConnectAsync(Make.Source(redis.Url, "s"));
        await publisher.SendManyAsync("m", 10);
        await first.ReceivedAsync(10);
        await Eventually.TrueAsync(() => first.Positions["redis:s"].EndsWith(" 10", StringComparison.Ordinal), "all settled");
        await first.DisposeAsync();
        await redis.CliAsync("xtrim", "s", "maxlen", "0");
        await publisher.SendManyAsync("n", 3);
        var second = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), first.Positions);
        await second.ReceivedAsync(3);
        second.Gaps.ShouldBeEmpty();
        await Eventually.TrueAsync(() => second.Positions["redis:s"].EndsWith(" 13", StringComparison.Ordinal), "all settled");
        await second.DisposeAsync();

        await publisher.SendManyAsync("o", 5);
        await redis.CliAsync("xtrim", "s", "maxlen", "2");
        var third = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), first.Positions);
        await third.ReceivedAsync(2);
        third.Story.ShouldBe(["gap", "connected", "o3", "o4"]);
        var gap = third.Gaps.Single();
        gap.Reason.ShouldStartWith("3 entries of the stream s were trimmed or deleted before they were read");
        gap.Since!.Value.ShouldBeLessThanOrEqualTo(gap.Until);
        await Eventually.TrueAsync(() => first.Positions["redis:s"].EndsWith(" 18", StringComparison.Ordinal), "all settled");
        await third.DisposeAsync();
        await using var fourth = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), first.Positions);
        fourth.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task Trimmed_under_a_slow_reader_is_a_gap_though_the_link_never_broke()
    {
        await using var redis = await RedisServer.StartAsync();
        using var gate = new SemaphoreSlim(0);
        await using var listener = await Listener.ConnectAsync(
            Make.Source(Make.Options(redis.Url, "s") with { Window = 5 }),
            take: async delivery =>
            {
                await gate.WaitAsync(TestContext.Current.CancellationToken);
                await Listener.Complete(delivery);
            });
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        await publisher.SendManyAsync("m", 20);
        await redis.CliAsync("xtrim", "s", "maxlen", "2");
        gate.Release(1000);
        await Eventually.TrueAsync(() => !listener.Gaps.IsEmpty, "the gap is told");
        await Eventually.TrueAsync(() => listener.Bodies.Contains("m19"), "the rest is read");
        listener.Gaps.ShouldHaveSingleItem().Reason.ShouldContain($"{20 - listener.Bodies.Count} entries");
        listener.Failures.ShouldBeEmpty();
        await Eventually.TrueAsync(() => listener.Positions["redis:s"].EndsWith(" 20", StringComparison.Ordinal), "all settled, the count put right");
    }

    [Fact]
    public async Task The_last_entry_deleted_before_we_read_it_is_a_gap()
    {
        await using var redis = await RedisServer.StartAsync();
        var positions = new System.Collections.Concurrent.ConcurrentDictionary<string, string> { ["redis:s"] = "1-1 1" };
        await redis.CliAsync("xadd", "s", "1-1", "message", "read");
        await redis.CliAsync("xadd", "s", "2-1", "message", "not read");
        await redis.CliAsync("xdel", "s", "2-1");
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), positions);
        await Eventually.TrueAsync(() => positions["redis:s"] == "2-1 2", "the deletion is found");
        listener.Gaps.ShouldHaveSingleItem().Reason.ShouldStartWith("1 entries");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_deleted_and_made_anew_is_a_gap_and_all_of_the_new_one_is_read(bool isLower)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"));
        await publisher.SendManyAsync("m", 3);
        await listener.ReceivedAsync(3);
        await Eventually.TrueAsync(() => listener.Positions["redis:s"].EndsWith(" 3", StringComparison.Ordinal), "settled");
        // In one transaction, so that we never see it missing.
        var id = isLower ? "1-1" : "*";
        await redis.CliAsync("eval", $"redis.call('del','s') redis.call('xadd','s','{id}','message','new')", "0");
        await Eventually.TrueAsync(() => !listener.Gaps.IsEmpty && listener.Bodies.Contains("new"), "told and read");
        await publisher.SendAsync("next");
        await Eventually.TrueAsync(() => listener.Bodies.Contains("next") && listener.Positions["redis:s"].EndsWith(" 2", StringComparison.Ordinal), "and on it goes");
        listener.Gaps.ShouldHaveSingleItem().Reason.ShouldContain("made anew");
    }

    [Fact]
    public async Task A_redis_that_comes_back_without_its_data_is_a_gap_and_what_is_new_is_read()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"));
        await publisher.SendManyAsync("m", 3);
        await listener.ReceivedAsync(3);
        await redis.RestartAsync();
        await Eventually.TrueAsync(() => !listener.Gaps.IsEmpty, "the gap is told");
        await publisher.SendAsync("new");
        await listener.ReceivedAsync(4);
        listener.Bodies.ShouldBe(["m0", "m1", "m2", "new"]);
        listener.Gaps.ShouldHaveSingleItem().Reason.ShouldContain("is gone");
    }

    [Fact]
    public async Task A_redis_that_is_killed_with_its_log_on_loses_nothing()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        await using var publisher = Make.Publisher(redis.Url, "a", "s");
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s", "a"));
        await publisher.SendManyAsync("m", 200);
        await redis.RestartAsync();
        await publisher.SendAsync("after");
        await listener.ConnectedAsync(4);
        await Eventually.TrueAsync(() => listener.Bodies.Contains("after") && listener.Bodies.Distinct().Count() == 201, "all are there");
        listener.Gaps.ShouldHaveSingleItem().Channel.ShouldBe("redis:a");
    }

    [Fact]
    public async Task A_position_that_is_none_is_a_gap()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), new() { ["redis:s"] = "2026-11-22T00:00:00Z" });
        listener.Gaps.ShouldHaveSingleItem().Since.ShouldBeNull();
        listener.Positions["redis:s"].ShouldBe("0-0 0");
    }
}
