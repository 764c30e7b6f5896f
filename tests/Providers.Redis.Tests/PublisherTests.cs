using System.Text;

namespace Towncrier.Providers.Redis.Tests;

public sealed class PublisherTests
{
    [Fact]
    public async Task A_channel_tells_its_receivers_and_a_stream_takes_the_message_as_it_is()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source(redis.Url, null, "a"));
        await using var both = Make.Publisher(redis.Url, "a", "s");
        await using var streamOnly = Make.Publisher(redis.Url, null, "s");
        await using var nobody = Make.Publisher(redis.Url, "nobody");
        (await both.SendAsync("ü\r\n$1\0")).ShouldBe(new Published(1));
        (await streamOnly.SendAsync("2")).ShouldBe(new Published(null));
        (await nobody.SendAsync("3")).ShouldBe(new Published(0));
        await listener.ReceivedAsync(1);
        listener.Bodies.ShouldBe(["ü\r\n$1\0"]);
        (await redis.CliAsync("xlen", "s")).ShouldBe("2");
    }

    [Fact]
    public async Task Many_threads_share_one_connection_and_each_gets_its_own_answer()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = Make.Publisher(redis.Url, "a", "s");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++) (await publisher.SendAsync($"{thread} {i}")).Receivers.ShouldBe(0);
        }, TestContext.Current.CancellationToken)));
        (await redis.CliAsync("xlen", "s")).ShouldBe("4000");
        (await redis.CliAsync("info", "stats")).ShouldContain("total_connections_received:");
        (await redis.CliAsync("client", "list")).Split('\n').Count(line => line.Contains("name=towncrier", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task The_stream_is_kept_at_about_its_maximum_length()
    {
        await using var redis = await RedisServer.StartAsync("--stream-node-max-entries", "10");
        await using var publisher = new RedisPublisher(new RedisPublisherOptions { Address = Make.Address(redis.Url), Stream = "s", MaxLength = 50 }, TimeProvider.System);
        await publisher.SendManyAsync("m", 500);
        int.Parse(await redis.CliAsync("xlen", "s"), null).ShouldBeInRange(50, 60);
    }

    [Fact]
    public async Task A_restart_between_two_calls_goes_unnoticed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = Make.Publisher(redis.Url, "a", "s");
        await publisher.SendAsync("1");
        await redis.RestartAsync();
        await publisher.SendAsync("2");
        (await redis.CliAsync("xlen", "s")).ShouldBe("1");
    }

    [Fact]
    public async Task What_cannot_be_sent_is_an_error_and_the_next_call_tries_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = TcpProxy.Start(redis.Port);
        await using var publisher = Make.Publisher($"redis://user:secret@127.0.0.1:{proxy.Port}", "a");
        proxy.Refuse();
        var refused = await Should.ThrowAsync<IOException>(() => publisher.SendAsync("1"));
        refused.Message.ShouldContain($"cannot connect to Redis at 127.0.0.1:{proxy.Port}");
        proxy.Restore();
        await Should.ThrowAsync<IOException>(() => publisher.SendAsync("2")).ContinueWith(task => task.Result.Message.ShouldContain("WRONGPASS"), TaskScheduler.Default);
        await redis.CliAsync("acl", "setuser", "user", "on", ">secret", "+@all", "&*", "~*");
        (await publisher.SendAsync("3")).Receivers.ShouldBe(0);
    }

    [Fact]
    public async Task A_link_that_goes_silent_is_an_error_in_time_and_the_next_call_has_a_new_one()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = TcpProxy.Start(redis.Port);
        await using var publisher = new RedisPublisher(
            new RedisPublisherOptions { Address = Make.Address($"redis://127.0.0.1:{proxy.Port}"), Stream = "s", ReplyTimeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);
        await publisher.SendAsync("1");
        proxy.Freeze();
        var calls = new[] { publisher.SendAsync("2"), publisher.SendAsync("3") };
        foreach (var call in calls) (await Should.ThrowAsync<IOException>(() => call.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken))).Message.ShouldContain("within 0.3 s");
        proxy.Restore();
        await publisher.SendAsync("4");
        (await redis.CliAsync("xrange", "s", "-", "+")).ShouldContain("4");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_leaves_the_connection_to_the_others()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = Make.Publisher(redis.Url, null, "s");
        await publisher.SendAsync("1");
        redis.Freeze();
        using var cancel = new CancellationTokenSource();
        var cancelled = publisher.PublishAsync(Encoding.UTF8.GetBytes("2"), cancel.Token);
        var other = publisher.SendAsync("3");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        redis.Thaw();
        await other.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        await publisher.SendAsync("4");
        (await redis.CliAsync("info", "clients")).ShouldContain("connected_clients:2");
    }

    [Fact]
    public async Task What_is_too_large_is_the_callers_mistake()
    {
        await using var publisher = Make.Publisher("redis://127.0.0.1:1", "a");
        publisher.MaxBytes.ShouldBe(256 * 1024);
        await Should.ThrowAsync<ArgumentException>(() => publisher.PublishAsync(new byte[publisher.MaxBytes + 1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Closed_it_sends_no_more()
    {
        await using var redis = await RedisServer.StartAsync();
        var publisher = Make.Publisher(redis.Url, "a");
        await publisher.SendAsync("1");
        await publisher.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await Should.ThrowAsync<ObjectDisposedException>(() => publisher.SendAsync("2"));
        await publisher.DisposeAsync();
    }
}
