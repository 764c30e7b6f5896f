using Towncrier.EndToEnd.Fleet.Aws;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Relay;

/// <summary>From a stream of Redis to the queues of a fleet in another cloud, whoever dies in between.</summary>
public sealed class Redis_to_sns
{
    private const string Stream = "cms";

    [Fact]
    public async Task A_message_reaches_the_other_cloud_under_its_id_and_through_a_filter()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fleet = await AwsFleet.StartAsync();
        await fleet.StartAgentAsync("a");
        await using var relay = await RelayStage.StartAsync(Between(redis, fleet, ", hosts: [www.example.org], commands: [purge]"), environment: AwsFleet.Login);
        var page = fleet.Page("a", "/news");
        using var talk = new RedisTalk(redis.Port);
        talk.Add(
            Stream, """{"command":"purge","host":"other.org","value":["/news"],"id":"other"}""", """{"command":"xkey","value":["news"],"id":"tag"}""",
            """{"command":"purge","host":"www.example.org","value":["/news"],"id":"mine"}""");
        await AwsFleet.GoneAsync([page]);
        await fleet.AppliedAsync("a", 1);
        // It is counted a moment before its report is there to be asked for.
        await Eventually.TrueAsync(async () => (await fleet["a"].GetAsync("/v1/invalidations/mine")).Json["state"]!.ToString() == "applied", "its report is there");
        await relay.SentAsync("sns", 1);
        (await relay.SumAsync("towncrier_invalidations_total", ("result", "skipped"))).ShouldBe(2);
        (await fleet.SumAsync("a", "towncrier_invalidations_total", ("source", AwsFleet.LabelOf("a")))).ShouldBe(1);
    }

    [Fact]
    public async Task A_relay_killed_again_and_again_loses_nothing_and_each_message_counts_once()
    {
        const int Messages = 2000;
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        await using var fleet = await AwsFleet.StartAsync();
        await fleet.StartAgentAsync("a");
        await using var relay = await RelayStage.StartAsync(Between(redis, fleet), environment: AwsFleet.Login);
        for (var round = 0; round < 4; round++)
        {
            using var talk = new RedisTalk(redis.Port);
            talk.Add(Stream, [.. Enumerable.Range(round * 500, 500).Select(i => $$"""{"command":"purge","host":"www.example.org","value":["/{{i}}"],"id":"m-{{i}}"}""")]);
            if (round == 3) break;
            await relay.SentAsync("sns", 50);
            if (round == 1) await redis.RestartAsync();
            await relay.KillAsync();
            await relay.StartAsync();
        }

        await fleet.AppliedAsync("a", Messages);
        (await fleet.SumAsync("a", "towncrier_invalidations_total", ("source", AwsFleet.LabelOf("a")), ("result", "applied"))).ShouldBe(Messages);
    }

    [Fact]
    public async Task A_target_that_has_never_been_reached_makes_the_relay_unready_and_the_message_waits_at_its_source()
    {
        await using var redis = await RedisServer.StartAsync();
        using var talk = new RedisTalk(redis.Port);
        var nobody = FreePort.Next();
        await using var relay = await RelayStage.StartAsync($$"""
            sources: [{ redis: { url: "{{redis.Url}}", stream: {{Stream}} } }]
            publishers: { away: { redis: { url: "redis://127.0.0.1:{{nobody}}", stream: s } } }
            routes: [{ from: redis, to: away }]
            """);
        talk.Add(Stream, """{"command":"purge","value":["/1"],"id":"m-1"}""");
        await Eventually.TrueAsync(async () => (await relay.Relay.GetAsync("/readyz")) is { Status: 503 } reply && reply.Text.Contains("away: ", StringComparison.Ordinal), "/readyz names the target");
        (await relay.Relay.GetAsync("/healthz")).Status.ShouldBe(200);
        (await relay.SumAsync("towncrier_relay_target_up", ("target", "away"))).ShouldBe(0);
        var status = await Cli.RunAsync("status", "--agent", relay.Relay.Address);
        status.Stdout.ShouldContain("not ready");
        status.Stdout.ShouldContain("away (redis:s)");
    }

    [Fact]
    public async Task A_source_that_is_away_makes_the_relay_unready()
    {
        var (stage, process) = await RelayStage.LaunchedAsync($$"""
            sources: [{ redis: { url: "redis://127.0.0.1:{{FreePort.Next()}}", stream: s } }]
            publishers: { out: { redis: { url: "redis://127.0.0.1:1", stream: t } } }
            routes: [{ from: redis, to: out }]
            """);
        await using (stage)
        await using (process)
        {
            using var probe = new HttpProbe(stage.Port);
            await Eventually.TrueAsync(() => process.Stderr.Contains("source redis failed", StringComparison.Ordinal), "the log says so");
            var reply = await probe.GetAsync("/readyz");
            (reply.Status, reply.Body).ShouldBe((503, reply.Body));
            reply.Body.ShouldContain("redis:s: ");
            (await probe.SendAsync(new HttpMethod("PURGE"), "a.org", "/x")).Status.ShouldBe(404, "no route takes messages from http");
        }
    }

    [Fact]
    public async Task A_route_that_loops_is_refused_by_config_check_and_by_the_relay()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Of("loop.yaml"), """
            sources: [{ redis: { url: "redis://h", channels: [varnish.purge] } }]
            publishers: { back: { redis: { url: "redis://h:6379/0", channel: varnish.purge } } }
            routes: [{ from: redis, to: back }]
            """, TestContext.Current.CancellationToken);
        foreach (var args in new string[][] { ["config", "check", folder.Of("loop.yaml")], ["relay", "--config", folder.Of("loop.yaml")] })
        {
            var run = await Cli.RunAsync(args);
            run.ExitCode.ShouldBe(2);
            run.Stderr.ShouldContain("loop.yaml:3");
            run.Stderr.ShouldContain("loops");
        }
    }

    private static string Between(RedisServer redis, AwsFleet fleet, string filters = "") => $$"""
        sources: [{ redis: { url: "{{redis.Url}}", stream: {{Stream}} } }]
        publishers: { sns: { aws: { region: {{FauxqsServer.Region}}, topic: "{{AwsFleet.TopicArn}}", endpoint: "{{fleet.Endpoint}}" } } }
        routes: [{ from: redis, to: sns{{filters}} }]
        """;
}
