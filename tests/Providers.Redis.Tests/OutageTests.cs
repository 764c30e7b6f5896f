using System.Diagnostics;

namespace Towncrier.Providers.Redis.Tests;

public sealed class OutageTests
{
    [Fact]
    public async Task A_frozen_redis_is_noticed_and_soon_after_it_is_back_all_is_well()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s", "a"));
        await using var publisher = Make.Publisher(redis.Url, "a", "s");
        await publisher.SendAsync("1");
        await listener.ReceivedAsync(2);
        redis.Freeze();
        var frozen = Stopwatch.GetTimestamp();
        await listener.FailedAsync(1);
        Stopwatch.GetElapsedTime(frozen).TotalSeconds.ShouldBeInRange(0.5, 4);
        await listener.FailedAsync(2);
        redis.Thaw();
        var thawed = Stopwatch.GetTimestamp();
        await listener.ConnectedAsync(4);
        Stopwatch.GetElapsedTime(thawed).TotalSeconds.ShouldBeLessThan(3);
        await publisher.SendAsync("2");
        await listener.ReceivedAsync(4);
        listener.Gaps.ShouldHaveSingleItem().Channel.ShouldBe("redis:a");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_half_open_link_is_noticed(bool isStream)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = TcpProxy.Start(redis.Port);
        var url = $"redis://127.0.0.1:{proxy.Port}";
        var options = isStream ? Make.Options(url, "s") : Make.Options(url, null, "a");
        await using var listener = await Listener.ConnectAsync(Make.Source(options with { Heartbeat = TimeSpan.FromMilliseconds(200), ReadTimeout = TimeSpan.FromMilliseconds(400), ConnectTimeout = TimeSpan.FromMilliseconds(400) }));
        proxy.Freeze();
        await listener.FailedAsync(1, TimeSpan.FromSeconds(2));
        listener.Failures.First().ShouldContain("answer");
        proxy.Cut();
        proxy.Thaw();
        await listener.ConnectedAsync(2);
        await redis.CliAsync("xadd", "s", "*", "message", "m");
        await redis.CliAsync("publish", "a", "m");
        await listener.ReceivedAsync(1);
        listener.Gaps.Count.ShouldBe(isStream ? 0 : 1);
    }

    [Fact]
    public async Task A_process_that_stood_still_or_a_gap_that_took_long_is_no_dead_link()
    {
        await using var redis = await RedisServer.StartAsync();
        var clock = new JumpingClock();
        var source = new RedisSource(Make.Options(redis.Url, null, "a"), clock, new Random(1));
        await using var listener = await Listener.ConnectAsync(source);
        listener.OnGap = () => clock.Jump(TimeSpan.FromMinutes(1));
        await redis.CliAsync("client", "kill", "type", "pubsub");
        await listener.ConnectedAsync(2);
        var gap = listener.Gaps.First();
        await Eventually.TrueAsync(() => DateTimeOffset.Parse(Time(), null) > gap.Until.AddSeconds(30), "the link was found good after the long gap");
        for (var i = 1; i <= 3; i++)
        {
            var before = Time();
            clock.Jump(TimeSpan.FromMinutes(i));
            await Eventually.TrueAsync(() => Time() != before, "the link was found good, and the time was kept");
        }

        listener.Failures.ShouldHaveSingleItem();
        listener.Gaps.ShouldHaveSingleItem();

        string Time() => listener.Positions["redis:a"];
    }

    [Fact]
    public async Task Links_that_are_cut_again_and_again_lose_nothing_of_a_stream()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = TcpProxy.Start(redis.Port);
        var random = new Random(4);
        await using var listener = await Listener.ConnectAsync(Make.Source($"redis://127.0.0.1:{proxy.Port}", "s"), take: delivery =>
        {
            bool abandons;
            lock (random) abandons = random.Next(20) == 0;
            return abandons ? delivery.AbandonAsync("by chance", CancellationToken.None) : Listener.Complete(delivery);
        });
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        for (var round = 0; round < 10; round++)
        {
            await publisher.SendManyAsync($"{round}.", 200);
            proxy.Cut();
            await listener.ConnectedAsync(round + 2);
        }

        await Eventually.TrueAsync(() => listener.Positions["redis:s"].EndsWith(" 2000", StringComparison.Ordinal), "all are settled");
        listener.Bodies.Distinct().Count().ShouldBe(2000);
        listener.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopping_ends_at_once_whatever_the_link_does()
    {
        await using var redis = await RedisServer.StartAsync();
        var connected = await Listener.ConnectAsync(Make.Source(redis.Url, "s", "a"));
        var start = Stopwatch.GetTimestamp();
        await connected.DisposeAsync();
        redis.Freeze();
        var connecting = Listener.Start(Make.Source(Make.Options(redis.Url, "s", "a") with { ConnectTimeout = TimeSpan.FromMinutes(1) }));
        await connecting.DisposeAsync();
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(1);
    }

    [Fact]
    public async Task Sentinels_name_the_master_and_the_new_one_when_it_dies()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}", "--repl-diskless-sync-delay", "0");
        await using var sentinel = await StartSentinelAsync(master);
        var url = $"redis+sentinel://127.0.0.1:{FreePort.Next()},127.0.0.1:{sentinel.Port}/main/0";
        await Eventually.TrueAsync(async () => (await sentinel.CliAsync("sentinel", "replicas", "main")).Contains($"{replica.Port}", StringComparison.Ordinal), "the sentinel knows the replica");
        await Eventually.TrueAsync(async () => (await replica.CliAsync("info", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows");
        await using var listener = await Listener.ConnectAsync(Make.Source(url, "s", "a"));
        await using var publisher = Make.Publisher(url, "a", "s");
        await publisher.SendManyAsync("m", 20);
        await listener.ReceivedAsync(40);
        await Eventually.TrueAsync(async () => await replica.CliAsync("xlen", "s") == "20", "the replica has it all");
        await master.KillAsync();
        await listener.ConnectedAsync(4, TimeSpan.FromMinutes(1)); // a sentinel that misjudges a busy machine tries again after 6 s
        await publisher.SendAsync("after");
        await listener.ReceivedAsync(42);
        (await replica.CliAsync("xlen", "s")).ShouldBe("21");
        listener.Gaps.ShouldHaveSingleItem().Channel.ShouldBe("redis:a");
    }

    [Fact]
    public async Task A_sentinel_that_knows_no_such_master_or_names_a_replica_is_told()
    {
        await using var master = await RedisServer.StartAsync();
        await using var sentinel = await StartSentinelAsync(master);
        (await LoginTests.FailureAsync($"redis+sentinel://127.0.0.1:{sentinel.Port}/other", "s")).ShouldContain($"127.0.0.1:{sentinel.Port} knows no master other");
        await master.CliAsync("replicaof", "127.0.0.1", $"{FreePort.Next()}");
        (await LoginTests.FailureAsync($"redis+sentinel://127.0.0.1:{sentinel.Port}/main", "s")).ShouldContain("is not the master");
    }

    [Fact]
    public async Task A_failover_that_loses_writes_is_a_gap_and_what_follows_is_read()
    {
        // Two servers behind one address: the second has less than we have read from the first.
        await using var old = await RedisServer.StartAsync();
        await using var next = await RedisServer.StartAsync();
        for (var i = 1; i <= 5; i++) await old.CliAsync("xadd", "s", $"170000000000{i}-0", "message", $"{i}");
        for (var i = 1; i <= 3; i++) await next.CliAsync("xadd", "s", $"170000000000{i}-0", "message", $"{i}");
        var first = await Listener.ConnectAsync(Make.Source(old.Url, "s"), new() { ["redis:s"] = "0-0 0" });
        await first.ReceivedAsync(5);
        await Eventually.TrueAsync(() => first.Positions["redis:s"] == "1700000000005-0 5", "settled");
        await first.DisposeAsync();
        await using var second = await Listener.ConnectAsync(Make.Source(next.Url, "s"), first.Positions);
        await next.CliAsync("xadd", "s", "1700000000004-5", "message", "new");
        await second.ReceivedAsync(4);
        second.Bodies.ShouldBe(["1", "2", "3", "new"]);
        second.Gaps.ShouldHaveSingleItem().Reason.ShouldContain("lost data");
        await Eventually.TrueAsync(() => second.Positions["redis:s"] == "1700000000004-5 4", "the position is in the new one");
    }

    private static Task<RedisServer> StartSentinelAsync(RedisServer master) => RedisServer.StartSentinelAsync(
        $"sentinel monitor main 127.0.0.1 {master.Port} 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n");
}
