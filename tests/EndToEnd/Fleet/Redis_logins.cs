namespace Towncrier.EndToEnd.Fleet;

/// <summary>
/// A Redis that does not let the agent in, or not do what it must: the agent stays up, says on <c>/readyz</c> what is wrong and
/// what to do, never the password, and is ready by itself once that is done.
/// </summary>
public sealed class Redis_logins
{
    private const string Secret = "s3cret-0123456789";
    private const string Wrong = "wr0ng-9876543210";
    private const string Reading = "+ping +subscribe &varnish.purge +xread +xinfo|stream +xrange ~towncrier";

    [Fact]
    public async Task A_wrong_password_is_told_and_set_right_at_the_server()
    {
        await using var redis = await RedisServer.StartAsync();
        await SetUserAsync(redis, "on >" + Secret + " resetchannels " + Reading);
        await using var agent = await UnreadyAgent.StartAsync($"redis://bob:{Wrong}@127.0.0.1:{redis.Port}", "channels: [varnish.purge], stream: towncrier");
        await agent.SaysAsync("the password of user bob is wrong");
        await SetUserAsync(redis, ">" + Wrong);
        await agent.BecomesReadyAsync();
        agent.MustNotHaveSaid(Secret, Wrong);
        await PurgesAsync(redis, agent, "varnish.purge", "towncrier");
    }

    [Theory]
    [InlineData("channels: [varnish.purge]", "+ping +subscribe", "may not run SUBSCRIBE on channel varnish.purge; allow it with: ACL SETUSER bob +subscribe &varnish.purge", "&varnish.purge")]
    [InlineData("channels: [\"varnish.*\"]", "+ping +psubscribe &varnish.purge", "PSUBSCRIBE needs the very pattern", "&varnish.*")]
    [InlineData("stream: towncrier", "+ping +xread +xinfo|stream", "may not run XINFO on key towncrier; allow it with: ACL SETUSER bob +xinfo|stream ~towncrier", "~towncrier")]
    [InlineData("stream: towncrier", "+ping +xinfo|stream ~towncrier", "allow it with: ACL SETUSER bob +xread ~towncrier", "+xread")]
    public async Task A_missing_right_is_told_with_the_rule_that_gives_it(string sources, string rights, string words, string remedy)
    {
        await using var redis = await RedisServer.StartAsync();
        await SetUserAsync(redis, "on >" + Secret + " resetchannels " + rights);
        await redis.CliAsync("XADD", "towncrier", "*", "message", RedisStage.PurgeOf("/old"));
        await using var agent = await UnreadyAgent.StartAsync($"redis://bob:{Secret}@127.0.0.1:{redis.Port}", sources);
        await agent.SaysAsync(words);
        await SetUserAsync(redis, remedy);
        await agent.BecomesReadyAsync();
        agent.MustNotHaveSaid(Secret);
        await PurgesAsync(redis, agent, sources.StartsWith("stream", StringComparison.Ordinal) ? "towncrier" : "varnish.purge");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var agent = await UnreadyAgent.StartAsync($"redis://:{Secret}@127.0.0.1:{redis.Port}/99", "stream: towncrier");
        await agent.SaysAsync("it has no database 99");
        agent.MustNotHaveSaid(Secret);
    }

    [Fact]
    public async Task A_key_of_another_type_is_told_and_read_when_it_is_a_stream()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CliAsync("SET", "towncrier", "text");
        await using var agent = await UnreadyAgent.StartAsync(redis.Url, "stream: towncrier");
        await agent.SaysAsync("the key towncrier is no stream");
        await redis.CliAsync("DEL", "towncrier");
        await agent.BecomesReadyAsync();
        await PurgesAsync(redis, agent, "towncrier");
    }

    [Fact]
    public async Task A_password_that_is_set_while_the_agent_runs_takes_it_off_only_when_it_connects_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var agent = await UnreadyAgent.StartAsync(redis.Url, "channels: [varnish.purge], stream: towncrier");
        await agent.BecomesReadyAsync();
        await redis.CliAsync("CONFIG", "SET", "requirepass", Secret);
        await redis.CliAsync("-a", Secret, "--no-auth-warning", "CLIENT", "KILL", "TYPE", "pubsub");
        await redis.CliAsync("-a", Secret, "--no-auth-warning", "CLIENT", "KILL", "TYPE", "normal");
        await agent.LogsAsync("it wants a password and none is set");
        (await agent.ReadyzAsync()).Status.ShouldBe(200, "it was connected once: a broker's trouble takes no host out of service");
        await redis.CliAsync("-a", Secret, "--no-auth-warning", "CONFIG", "SET", "requirepass", "");
        await agent.ConnectedAsync(2);
        await PurgesAsync(redis, agent, "varnish.purge", "towncrier");
        agent.MustNotHaveSaid(Secret);
    }

    [Fact]
    public async Task A_failover_is_followed_by_the_sentinels_and_what_is_added_to_the_new_master_purges()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}", "--repl-diskless-sync-delay", "0");
        await using var sentinel = await RedisServer.StartSentinelAsync(
            $"sentinel monitor main 127.0.0.1 {master.Port} 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n");
        await Eventually.TrueAsync(async () => (await sentinel.CliAsync("sentinel", "replicas", "main")).Contains($"{replica.Port}", StringComparison.Ordinal), "the sentinel knows the replica");
        await Eventually.TrueAsync(async () => (await replica.CliAsync("info", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows");
        await using var agent = await UnreadyAgent.StartAsync($"redis+sentinel://127.0.0.1:{sentinel.Port}/main/0", "stream: towncrier");
        await agent.BecomesReadyAsync();
        await PurgesAsync(master, agent, "towncrier");
        await Eventually.TrueAsync(async () => await replica.CliAsync("xlen", "towncrier") == "1", "the replica has it");
        await master.KillAsync();
        // A sentinel that misjudges a busy machine tries again after 6 s.
        await Eventually.TrueAsync(async () => (await replica.CliAsync("info", "replication")).Contains("role:master", StringComparison.Ordinal), "the replica is master", TimeSpan.FromMinutes(1));
        await PurgesAsync(replica, agent, "towncrier");
        (await agent.SumAsync("towncrier_gaps_total")).ShouldBe(0, "nothing was lost");
    }

    private static async Task SetUserAsync(RedisServer redis, string rules)
        => (await redis.CliAsync(["ACL", "SETUSER", "bob", .. rules.Split(' ')])).ShouldBe("OK");

    /// <summary>A message on each of these removes its page.</summary>
    private static async Task PurgesAsync(RedisServer redis, UnreadyAgent agent, params string[] sources)
    {
        using var talk = new RedisTalk(redis.Port);
        foreach (var source in sources)
        {
            var page = agent.Page("/" + source);
            if (source == "towncrier") talk.Add(source, RedisStage.PurgeOf("/" + source));
            else talk.Publish(source, RedisStage.PurgeOf("/" + source)).ShouldBe(1);
            await Eventually.TrueAsync(() => !File.Exists(page), $"a message of {source} purges");
        }
    }
}
