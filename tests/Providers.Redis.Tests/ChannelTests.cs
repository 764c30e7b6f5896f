using System.Globalization;
using System.Text;

namespace Towncrier.Providers.Redis.Tests;

public sealed class ChannelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Channels_and_patterns_are_read_by_either_protocol(bool isOld)
    {
        await using var redis = await RedisServer.StartAsync(isOld ? ["--rename-command", "HELLO", ""] : []);
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, null, "a", "p.*", "b"));
        foreach (var (channel, message) in new[] { ("a", "1"), ("p.x", "2"), ("b", "3"), ("other", "4"), ("a", "5") })
            (await redis.CliAsync("publish", channel, message)).ShouldBe(channel == "other" ? "0" : "1");
        await listener.ReceivedAsync(4);
        listener.Bodies.ShouldBe(["1", "2", "3", "5"]);
        listener.Connects.ShouldBe(["redis:a", "redis:p.*", "redis:b"]);
        listener.Gaps.ShouldBeEmpty();
        (await redis.CliAsync("client", "list", "type", "pubsub")).ShouldContain(isOld ? "resp=2" : "name=towncrier");
    }

    [Fact]
    public async Task A_delivery_tells_its_pattern_and_its_attempt_and_an_abandoned_one_comes_again()
    {
        await using var redis = await RedisServer.StartAsync();
        var seen = new List<string>();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, null, "p.*"), take: async delivery =>
        {
            seen.Add($"{delivery.Source} {delivery.Attempt} {Encoding.UTF8.GetString(delivery.Body.Span)}");
            if (delivery.Attempt < 3) await delivery.AbandonAsync("not now", CancellationToken.None);
            else await delivery.RejectAsync(new Refusal(RefusalReason.Malformed, "never"), CancellationToken.None);
            await delivery.AbandonAsync("a second ending is nothing", CancellationToken.None);
        });
        await redis.CliAsync("publish", "p.1", "m");
        await redis.CliAsync("publish", "p.2", "n");
        await listener.ReceivedAsync(6);
        seen.Order().ShouldBe(["redis:p.* 1 m", "redis:p.* 1 n", "redis:p.* 2 m", "redis:p.* 2 n", "redis:p.* 3 m", "redis:p.* 3 n"]);
    }

    [Fact]
    public async Task A_lost_connection_is_a_gap_that_is_told_before_the_channel_is_connected_again()
    {
        await using var redis = await RedisServer.StartAsync();
        var before = DateTimeOffset.UtcNow;
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, null, "a"));
        await redis.CliAsync("publish", "a", "1");
        await listener.ReceivedAsync(1);
        await redis.CliAsync("client", "kill", "type", "pubsub");
        await listener.ConnectedAsync(2);
        await redis.CliAsync("publish", "a", "2");
        await listener.ReceivedAsync(2);
        listener.Story.ShouldBe(["connected", "1", "gap", "connected", "2"]);
        var gap = listener.Gaps.Single();
        gap.Since!.Value.ShouldBeInRange(before, gap.Until);
        gap.Until.ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow);
        listener.Failures.Single().ShouldContain($"127.0.0.1:{redis.Port} closed the connection");
    }

    [Fact]
    public async Task The_time_between_two_runs_is_a_gap_since_the_oldest_that_was_not_settled()
    {
        await using var redis = await RedisServer.StartAsync();
        var options = Make.Options(redis.Url, null, "a") with { Heartbeat = TimeSpan.FromMilliseconds(50) };
        var first = await Listener.ConnectAsync(Make.Source(options), take: _ => ValueTask.CompletedTask);
        var connected = Time(first.Positions["redis:a"]);
        await redis.CliAsync("publish", "a", "never settled");
        await first.ReceivedAsync(1);
        var received = DateTimeOffset.UtcNow;
        await redis.CliAsync("config", "resetstat");
        await Eventually.TrueAsync(async () => await redis.CliAsync("info", "commandstats") is var stats && stats.Contains("cmdstat_ping:calls=", StringComparison.Ordinal) && !stats.Contains("cmdstat_ping:calls=1,", StringComparison.Ordinal), "the link is found good after that");
        await first.DisposeAsync();
        Time(first.Positions["redis:a"]).ShouldBeInRange(connected, received);
        await using var second = await Listener.ConnectAsync(Make.Source(redis.Url, null, "a", "never.seen"), first.Positions);
        var gap = second.Gaps.ShouldHaveSingleItem();
        gap.Channel.ShouldBe("redis:a");
        gap.Since!.Value.ShouldBeInRange(connected, received);
        gap.Reason.ShouldContain("not running");
    }

    [Fact]
    public async Task A_position_that_is_no_time_is_still_a_gap()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, null, "a"), new() { ["redis:a"] = "5-1 3" });
        listener.Gaps.ShouldHaveSingleItem().Since.ShouldBeNull();
    }

    [Fact]
    public async Task A_reader_that_stops_holds_memory_bounded_and_being_cut_off_for_it_is_a_gap()
    {
        await using var redis = await RedisServer.StartAsync("--client-output-buffer-limit", "pubsub 1mb 1mb 1");
        using var gate = new SemaphoreSlim(0);
        await using var listener = await Listener.ConnectAsync(
            Make.Source(Make.Options(redis.Url, null, "a") with { MaxBufferedBytes = 200_000 }),
            take: async delivery =>
            {
                await gate.WaitAsync(TestContext.Current.CancellationToken);
                await Listener.Complete(delivery);
            });
        await using var publisher = Make.Publisher(redis.Url, "a");
        var filler = new string('x', 10_000);
        var sent = 0;
        for (var cut = false; !cut && sent < 3000; sent++) cut = (await publisher.SendAsync($"{sent} {filler}")).Receivers == 0;
        sent.ShouldBeLessThan(3000, "it reads on, and Redis never cuts it off");
        gate.Release(1_000_000);
        await listener.ConnectedAsync(2);
        listener.Gaps.ShouldHaveSingleItem();
        await publisher.SendAsync("after");
        await Eventually.TrueAsync(() => listener.Bodies.Contains("after"), "what is sent after the gap");
        // What was buffered before it stopped, and what was on its way, arrives in order; what Redis threw away does not.
        var numbers = listener.Bodies.SkipLast(1).Select(body => int.Parse(body.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        numbers.ShouldBe(Enumerable.Range(0, numbers.Count));
        numbers.Count.ShouldBeInRange(20, sent - 1);
    }

    [Fact]
    public async Task Junk_is_delivered_as_it_is_and_what_is_too_large_is_refused_and_the_next_is_read()
    {
        await using var redis = await RedisServer.StartAsync();
        var bodies = new List<byte[]>();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, null, "a", "p*"), take: delivery =>
        {
            bodies.Add(delivery.Body.ToArray());
            return Listener.Complete(delivery);
        });
        var options = new RedisPublisherOptions { Address = Make.Address(redis.Url), Channel = "a", MaxBytes = 8 * 1024 * 1024 };
        await using var publisher = new RedisPublisher(options, TimeProvider.System);
        await using var toPattern = new RedisPublisher(options with { Channel = "p1" }, TimeProvider.System);
        var junk = new byte[100_000];
        new Random(9).NextBytes(junk);
        var large = new byte[(1024 * 1024) + 1];
        foreach (var message in new[] { junk, large, [], large[1..], "\r\n$5\r\n"u8.ToArray() })
        {
            await publisher.PublishAsync(message, TestContext.Current.CancellationToken);
            if (message == large) await toPattern.PublishAsync(message, TestContext.Current.CancellationToken);
        }

        await listener.ReceivedAsync(4);
        bodies.Select(body => body.Length).ShouldBe([junk.Length, 0, 1024 * 1024, 6]);
        bodies[0].ShouldBe(junk);
        listener.Refusals.Select(refused => (refused.Channel, refused.Refusal.Reason)).ShouldBe([("redis:a", RefusalReason.Oversized), ("redis:p*", RefusalReason.Oversized)]);
        listener.Refusals.First().Refusal.Message.ShouldContain("1048577 bytes");
        listener.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_burst_of_30_000_arrives_whole_and_in_order()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, "s", "a"));
        // One script: to everybody else it is one moment.
        (await redis.CliAsync("eval", "for i=0,29999 do redis.call('publish','a','a'..i) redis.call('xadd','s','*','message','s'..i) end", "0")).ShouldBe("");
        await listener.ReceivedAsync(60_000);
        var expected = Enumerable.Range(0, 30_000).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        listener.Bodies.Where(body => body[0] == 'a').Select(body => body[1..]).SequenceEqual(expected).ShouldBeTrue();
        listener.Bodies.Where(body => body[0] == 's').Select(body => body[1..]).SequenceEqual(expected).ShouldBeTrue();
        listener.Gaps.ShouldBeEmpty();
        listener.Failures.ShouldBeEmpty();
    }

    private static DateTimeOffset Time(string position) => DateTimeOffset.ParseExact(position, "O", CultureInfo.InvariantCulture);
}
