using System.Text;

namespace Towncrier.Providers.Redis.Tests;

public sealed class StreamTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_is_read_from_now_on_and_need_not_exist(bool isOld)
    {
        await using var redis = await RedisServer.StartAsync(isOld ? ["--rename-command", "HELLO", ""] : []);
        await redis.CliAsync("xadd", "old", "*", "message", "before");
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "old"));
        await using var second = await Listener.ConnectAsync(Make.Source(redis.Url, "new"));
        second.Positions["redis:new"].ShouldBe("0-0 0");
        await redis.CliAsync("xadd", "old", "*", "x", "y", "message", "1");
        await redis.CliAsync("xadd", "new", "*", "message", "2");
        await listener.ReceivedAsync(1);
        await second.ReceivedAsync(1);
        listener.Bodies.ShouldBe(["1"]);
        second.Bodies.ShouldBe(["2"]);
        listener.Gaps.Concat(second.Gaps).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_delivery_tells_the_entry_and_its_time()
    {
        await using var redis = await RedisServer.StartAsync();
        var seen = new List<(string?, DateTimeOffset?, string, int)>();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), take: delivery =>
        {
            seen.Add((delivery.TransportId, delivery.SentAt, delivery.Source, delivery.Attempt));
            return delivery.Attempt == 1 ? delivery.AbandonAsync("no", CancellationToken.None) : Listener.Complete(delivery);
        });
        await redis.CliAsync("xadd", "s", "1700000000000-7", "message", "m");
        await listener.ReceivedAsync(2);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        seen.ShouldBe([("redis:s:1700000000000-7", time, "redis:s", 1), ("redis:s:1700000000000-7", time, "redis:s", 2)]);
        await Eventually.TrueAsync(() => listener.Positions["redis:s"] == "1700000000000-7 1", "the position is kept");
    }

    [Fact]
    public async Task What_is_abandoned_comes_again_without_holding_up_the_rest_until_the_window_is_full()
    {
        await using var redis = await RedisServer.StartAsync();
        var settleFirst = false;
        await using var listener = await Listener.ConnectAsync(
            Make.Source(Make.Options(redis.Url, "s") with { Window = 10 }),
            take: delivery => Text(delivery) == "m0" && !Volatile.Read(ref settleFirst) ? delivery.AbandonAsync("not yet", CancellationToken.None) : Listener.Complete(delivery));
        await redis.CliAsync("eval", "for i=0,29 do redis.call('xadd','s','*','message','m'..i) end", "0");
        await Eventually.TrueAsync(() => listener.Bodies.Contains("m9") && listener.Bodies.Count(body => body == "m0") >= 4, "nine go past the first, which comes again");
        listener.Bodies.ShouldNotContain("m10");
        listener.Positions["redis:s"].ShouldBe("0-0 0");
        Volatile.Write(ref settleFirst, true);
        await Eventually.TrueAsync(() => listener.Bodies.Contains("m29"), "the rest is read");
        listener.Bodies.Where(body => body != "m0").ShouldBe(Enumerable.Range(1, 29).Select(i => $"m{i}"));
        await Eventually.TrueAsync(() => listener.Positions["redis:s"].EndsWith(" 30", StringComparison.Ordinal), "the position is after the last");
    }

    [Fact]
    public async Task Memory_holds_reading_back_too()
    {
        await using var redis = await RedisServer.StartAsync();
        var held = new List<Delivery>();
        await using var listener = await Listener.ConnectAsync(
            Make.Source(Make.Options(redis.Url, "s") with { MaxBufferedBytes = 100_000 }),
            take: delivery =>
            {
                lock (held) held.Add(delivery);
                return ValueTask.CompletedTask;
            });
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        var filler = new string('x', 20_000);
        for (var i = 0; i < 40; i++) await publisher.SendAsync($"{i} {filler}");
        await listener.ReceivedAsync(4);
        await redis.CliAsync("ping");
        listener.Bodies.Count.ShouldBeLessThan(10);
        await Eventually.TrueAsync(async () =>
        {
            List<Delivery> now;
            lock (held) (now, _) = ([.. held], 0);
            lock (held) held.Clear();
            foreach (var delivery in now) await Listener.Complete(delivery);
            return listener.Bodies.Count == 40;
        }, "settling lets the rest in");
    }

    [Fact]
    public async Task A_reconnect_delivers_nothing_twice_and_keeps_what_was_settled_out_of_order()
    {
        await using var redis = await RedisServer.StartAsync();
        var held = new List<Delivery>();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), take: async delivery =>
        {
            if (Text(delivery) == "m0") held.Add(delivery);
            else await Listener.Complete(delivery);
        });
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        await publisher.SendManyAsync("m", 5);
        await listener.ReceivedAsync(5);
        await redis.CliAsync("client", "kill", "type", "normal");
        await listener.ConnectedAsync(2);
        await publisher.SendAsync("after");
        await listener.ReceivedAsync(6);
        listener.Bodies.ShouldBe(["m0", "m1", "m2", "m3", "m4", "after"]);
        listener.Positions["redis:s"].ShouldBe("0-0 0");
        await Listener.Complete(held[0]);
        await Eventually.TrueAsync(() => listener.Positions["redis:s"].EndsWith(" 6", StringComparison.Ordinal), "all six are settled");
        listener.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_restart_of_ours_what_was_not_settled_comes_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        var first = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), take: delivery => Text(delivery) == "m2" ? ValueTask.CompletedTask : Listener.Complete(delivery));
        await publisher.SendManyAsync("m", 5);
        await first.ReceivedAsync(5);
        await first.DisposeAsync();
        await publisher.SendAsync("while away");
        await using var second = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), first.Positions);
        await second.ReceivedAsync(4);
        second.Bodies.ShouldBe(["m2", "m3", "m4", "while away"]);
        second.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task Entries_without_a_message_or_too_large_are_refused_and_passed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"));
        var options = new RedisPublisherOptions { Address = Make.Address(redis.Url), Stream = "s", MaxBytes = 8 * 1024 * 1024 };
        await using var publisher = new RedisPublisher(options, TimeProvider.System);
        await redis.CliAsync("xadd", "s", "1-1", "body", "x");
        await publisher.PublishAsync(new byte[1024 * 1024 * 3], TestContext.Current.CancellationToken);
        await publisher.SendAsync("good");
        await listener.ReceivedAsync(1);
        listener.Bodies.ShouldBe(["good"]);
        listener.Refusals.Select(refused => refused.Refusal.Reason).ShouldBe([RefusalReason.Malformed, RefusalReason.Oversized]);
        listener.Refusals.First().Refusal.Message.ShouldBe("entry 1-1 has no field named message");
        await Eventually.TrueAsync(() => listener.Positions["redis:s"].EndsWith(" 3", StringComparison.Ordinal), "they are settled");
        listener.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hundred_of_a_mebibyte_at_once_are_read_in_portions()
    {
        await using var redis = await RedisServer.StartAsync();
        var options = new RedisPublisherOptions { Address = Make.Address(redis.Url), Stream = "s", MaxBytes = 1024 * 1024 };
        await using var publisher = new RedisPublisher(options, TimeProvider.System);
        await publisher.SendAsync("first");
        var large = new byte[1024 * 1024];
        for (var i = 0; i < 100; i++) await publisher.PublishAsync(large, TestContext.Current.CancellationToken);
        var count = 0;
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s"), new() { ["redis:s"] = "0-0 0" }, delivery =>
        {
            Interlocked.Increment(ref count);
            return Listener.Complete(delivery);
        });
        await listener.ReceivedAsync(101);
        listener.Gaps.ShouldBeEmpty();
        count.ShouldBe(101);
    }

    [Fact]
    public async Task A_key_of_another_type_is_an_error_that_says_so()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CliAsync("set", "s", "x");
        await using var listener = Listener.Start(Make.Source(redis.Url, "s"));
        await listener.FailedAsync(2);
        listener.Failures.First().ShouldContain("the key s is no stream");
        await redis.CliAsync("del", "s");
        await listener.ConnectedAsync(1);
    }

    private static string Text(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);
}
