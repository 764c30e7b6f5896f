namespace Towncrier.Providers.Redis.Tests;

public sealed class LoginTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_password_of_its_own_or_instead_of_the_urls_lets_in(bool isOld)
    {
        string[] old = isOld ? ["--rename-command", "HELLO", ""] : [];
        await using var redis = await RedisServer.StartAsync(["--requirepass", "p@ss", .. old]);
        await using var first = await Listener.ConnectAsync(Make.Source($"redis://:p%40ss@127.0.0.1:{redis.Port}", "s", "a"));
        await using var second = await Listener.ConnectAsync(Make.Source(Make.Options($"redis://:wrong@127.0.0.1:{redis.Port}/3", "s", "a") with { Password = "p@ss" }));
        first.Failures.Concat(second.Failures).ShouldBeEmpty();
        var none = await FailureAsync($"redis://127.0.0.1:{redis.Port}", "s");
        none.ShouldContain("wants a password");
        var wrong = await FailureAsync($"redis://:secret@127.0.0.1:{redis.Port}", "s");
        wrong.ShouldContain($"127.0.0.1:{redis.Port}: the password of user default is wrong");
        wrong.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("+@all", "s", null, "ACL SETUSER bob +xinfo|stream ~s")]
    [InlineData("+@all ~s", null, "a", "on channel a; allow it with: ACL SETUSER bob +subscribe &a")]
    [InlineData("+@all ~s &p*", null, "p1*", "+psubscribe &p1*; PSUBSCRIBE needs the very pattern")]
    [InlineData("+@all -xread ~s", "s", null, "ACL SETUSER bob +xread ~s")]
    [InlineData("+@all -select", "s", null, "+select")]
    public async Task What_a_user_may_not_do_is_told_with_the_rule_that_allows_it(string rules, string? stream, string? channel, string words)
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CliAsync(["acl", "setuser", "bob", "on", ">secret", "resetchannels", .. rules.Split(' ')]);
        var said = await FailureAsync($"redis://bob:secret@127.0.0.1:{redis.Port}/1", stream, channel is null ? [] : [channel]);
        said.ShouldContain("user bob may not run");
        said.ShouldContain(words);
        said.ShouldNotContain("secret");
    }

    [Fact]
    public async Task The_rules_that_are_told_are_enough()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CliAsync("acl", "setuser", "bob", "on", ">secret", "resetchannels", "+ping", "+subscribe", "+psubscribe", "&a", "&p*", "+xinfo|stream", "+xread", "~s");
        await redis.CliAsync("acl", "setuser", "alice", "on", ">secret", "resetchannels", "+publish", "&a", "+xadd", "~s");
        await using var listener = await Listener.ConnectAsync(Make.Source($"redis://bob:secret@127.0.0.1:{redis.Port}", "s", "a", "p*"));
        await using var publisher = Make.Publisher($"redis://alice:secret@127.0.0.1:{redis.Port}", "a", "s");
        await publisher.SendAsync("m");
        await listener.ReceivedAsync(2);
        await using var other = Make.Publisher($"redis://alice:secret@127.0.0.1:{redis.Port}", "b");
        (await Should.ThrowAsync<IOException>(() => other.SendAsync("m"))).Message.ShouldContain("ACL SETUSER alice +publish &b");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told() =>
        (await WithServerAsync(redis => FailureAsync($"redis://127.0.0.1:{redis.Port}/99", "s"))).ShouldContain("it has no database 99");

    [Fact]
    public async Task A_database_is_selected()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source($"redis://127.0.0.1:{redis.Port}/3", "s"));
        await redis.CliAsync("-n", "0", "xadd", "s", "*", "message", "elsewhere");
        await redis.CliAsync("-n", "3", "xadd", "s", "*", "message", "here");
        await listener.ReceivedAsync(1);
        listener.Bodies.ShouldBe(["here"]);
    }

    [Fact]
    public async Task A_unix_socket_is_read_as_any_other()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Make.Source($"unix://{redis.SocketPath}?db=2", "s", "a"));
        await using var publisher = Make.Publisher($"redis+unix://{redis.SocketPath}?db=2", "a", "s");
        await publisher.SendAsync("m");
        await listener.ReceivedAsync(2);
        (await FailureAsync("unix:///nowhere/redis.sock", "s")).ShouldContain("cannot connect to Redis at /nowhere/redis.sock");
    }

    [Fact]
    public async Task Nobody_there_and_nobody_home_are_told()
    {
        (await FailureAsync($"redis://127.0.0.1:{FreePort.Next()}", "s")).ShouldContain("Connection refused; is it running");
        await using var redis = await RedisServer.StartAsync();
        redis.Freeze();
        var options = Make.Options(redis.Url, "s") with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        (await FailureAsync(Make.Source(options))).ShouldContain("did not let us in within 0.2 s");
    }

    [Fact]
    public async Task What_is_no_redis_is_told()
    {
        using var stop = new CancellationTokenSource();
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(stop.Token);
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), stop.Token);
            await client.GetStream().ReadExactlyAsync(new byte[1_000_000], stop.Token).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }, stop.Token);
        (await FailureAsync($"redis://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}", "s")).ShouldContain("HTTP/1.1 400 Bad Request");
        await stop.CancelAsync();
        listener.Stop();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    internal static Task<string> FailureAsync(string url, string? stream, params string[] channels) => FailureAsync(Make.Source(url, stream, channels));

    internal static async Task<string> FailureAsync(RedisSource source)
    {
        await using var listener = Listener.Start(source);
        await listener.FailedAsync(1);
        listener.Failures.TryPeek(out var said).ShouldBeTrue();
        return said!;
    }

    private static async Task<T> WithServerAsync<T>(Func<RedisServer, Task<T>> test)
    {
        await using var redis = await RedisServer.StartAsync();
        return await test(redis);
    }
}
