using Towncrier.EndToEnd.Fleet;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Relay;

/// <summary>The gateway of a CMS that can do no more than call a URL.</summary>
public sealed class Webhooks_to_redis
{
    [Fact]
    public async Task What_is_posted_to_the_relay_purges_on_the_host()
    {
        await using var host = await RedisStage.StartAsync("stream");
        await using var relay = await RelayStage.StartAsync(To(host));
        var (posted, purged, waited) = (host.Page("/posted"), host.Page("/purged"), host.Page("/waited"));
        (await relay.Relay.PostAsync(RedisStage.PurgeOf("/posted"), "")).Status.ShouldBe(202);
        var reply = await relay.Relay.PostAsync(RedisStage.PurgeOf("/waited"));
        (reply.Status, (string?)reply.Json["state"]).ShouldBe((200, "relayed"));
        using (var purge = new HttpProbe(relay.Port)) (await purge.SendAsync(new HttpMethod("PURGE"), "www.example.org", "/purged")).Status.ShouldBe(200);
        await host.AppliedAsync(RedisStage.Stream, 3);
        foreach (var page in new[] { posted, purged, waited }) File.Exists(page).ShouldBeFalse(page);
        (await relay.Relay.GetAsync("/v1/invalidations/" + (string?)reply.Json["id"])).Json["targets"]!.AsArray().Select(target => (string?)target).ShouldBe(["bus"]);
    }

    [Fact]
    public async Task What_was_accepted_survives_the_relays_death_and_the_brokers_absence()
    {
        await using var host = await RedisStage.StartAsync("stream", "warn", "--appendonly", "yes", "--appendfsync", "always");
        await using var relay = await RelayStage.StartAsync(To(host));
        await host.Redis.KillAsync();
        for (var i = 0; i < 100; i++) (await relay.Relay.PostAsync(RedisStage.PurgeOf("/" + i), "")).Status.ShouldBe(202);
        (await relay.SumAsync("towncrier_relay_waiting", ("target", "bus"))).ShouldBe(100);
        await relay.KillAsync();
        await host.Redis.RestartAsync();
        await relay.StartAsync();
        await host.AppliedAsync(RedisStage.Stream, 100);
        (await host.SumAsync("towncrier_invalidations_total", ("result", "applied"))).ShouldBe(100);
        await relay.KillAsync();
        await relay.StartAsync();
        (await relay.Relay.PostAsync(RedisStage.PurgeOf("/last"))).Status.ShouldBe(200);
        using var redis = new RedisTalk(host.Redis.Port);
        redis.Ask(["XLEN", RedisStage.Stream]).ShouldBe(["101"], "what was sent before a restart is not sent again");
    }

    [Fact]
    public async Task Every_malformed_message_is_refused_at_the_relay_and_goes_no_further()
    {
        await using var host = await RedisStage.StartAsync("stream");
        await using var relay = await RelayStage.StartAsync(To(host));
        // An array is answered by 200 and a problem for each of its elements; over HTTP one within another is taken apart.
        foreach (var (name, body, _) in MalformedMessages.All.Where(one => one.Name != "an array within an array"))
            (await relay.Relay.PostAsync(body)).Status.ShouldBeInRange(200, 499, name);
        (await relay.Relay.PostAsync(RedisStage.PurgeOf("/after"))).Status.ShouldBe(200);
        using var redis = new RedisTalk(host.Redis.Port);
        redis.Ask(["XLEN", RedisStage.Stream]).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Told_to_stop_it_ends_with_0_also_while_a_target_is_away()
    {
        await using var host = await RedisStage.StartAsync("stream");
        await using var relay = await RelayStage.StartAsync(To(host));
        await host.Redis.KillAsync();
        (await relay.Relay.PostAsync(RedisStage.PurgeOf("/1"), "")).Status.ShouldBe(202);
        (await relay.StopAsync()).ShouldBe(0);
        await host.Redis.RestartAsync();
        await relay.StartAsync();
        await host.AppliedAsync(RedisStage.Stream, 1);
    }

    private static string To(RedisStage host) => $$"""
        publishers: { bus: { redis: { url: "{{host.Redis.Url}}", stream: {{RedisStage.Stream}} } } }
        routes: [{ from: http, to: bus }]
        """;
}
