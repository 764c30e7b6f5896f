namespace Towncrier.Providers.Redis.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Channels_and_a_stream_are_read_together()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s", "a", "p.*"));
        await using var publisher = Make.Publisher(redis.Url, "a", "s");
        (await publisher.SendAsync("one")).Receivers.ShouldBe(1);
        await using var other = Make.Publisher(redis.Url, "p.x");
        (await other.SendAsync("two")).Receivers.ShouldBe(1);
        await listener.ReceivedAsync(3);
        listener.Bodies.Order().ShouldBe(["one", "one", "two"]);
        listener.Connects.Order().ShouldBe(["redis:a", "redis:p.*", "redis:s"]);
        listener.Gaps.ShouldBeEmpty();
        listener.Positions["redis:s"].ShouldEndWith("-0 1");
    }

    [Fact]
    public async Task A_restart_of_redis_loses_nothing_of_a_stream_and_is_a_gap_of_a_channel()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s", "a"));
        await using var publisher = Make.Publisher(redis.Url, "a", "s");
        await publisher.SendManyAsync("before", 100);
        await redis.RestartAsync();
        await publisher.SendAsync("after");
        await listener.ConnectedAsync(4);
        await listener.ReceivedAsync(201);
        listener.Gaps.ShouldHaveSingleItem().Channel.ShouldBe("redis:a");
    }

    [Fact]
    public async Task A_burst_arrives_whole()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s", "a"));
        await using var publisher = Make.Publisher(redis.Url, "a", "s");
        await publisher.SendManyAsync("m", 30_000);
        await listener.ReceivedAsync(60_000);
        listener.Gaps.ShouldBeEmpty();
        listener.Failures.ShouldBeEmpty();
    }
}
