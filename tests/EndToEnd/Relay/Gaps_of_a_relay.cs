using Towncrier.EndToEnd.Fleet;

namespace Towncrier.EndToEnd.Relay;

/// <summary>Where a broker keeps nothing, what a relay may have missed is told: by its figures, or to everybody behind it.</summary>
public sealed class Gaps_of_a_relay
{
    private const string Channel = "cms";

    [Fact]
    public async Task A_relay_that_was_dead_while_a_channel_was_written_to_counts_a_gap()
    {
        await using var host = await RedisStage.StartAsync("stream");
        await using var relay = await RelayStage.StartAsync(FromChannel(host, "warn"));
        using var redis = new RedisTalk(host.Redis.Port);
        redis.Publish(Channel, RedisStage.PurgeOf("/before")).ShouldBe(1);
        await host.AppliedAsync(RedisStage.Stream, 1);
        await relay.KillAsync();
        redis.Publish(Channel, RedisStage.PurgeOf("/missed")).ShouldBe(0);
        await relay.StartAsync();
        (await relay.SumAsync("towncrier_gaps_total", ("source", "redis:" + Channel))).ShouldBe(1);
        redis.Publish(Channel, RedisStage.PurgeOf("/after")).ShouldBe(1);
        await host.AppliedAsync(RedisStage.Stream, 2);
    }

    [Fact]
    public async Task A_gap_expires_the_pages_of_everybody_behind_it_where_the_operator_wants_that()
    {
        await using var host = await RedisStage.StartAsync("stream", "warn", "--appendonly", "yes", "--appendfsync", "always");
        var page = host.Page("/news");
        var before = await File.ReadAllBytesAsync(page, TestContext.Current.CancellationToken);
        await using var relay = await RelayStage.StartAsync(FromChannel(host, "expire"));
        await host.Redis.RestartAsync();
        await Eventually.TrueAsync(async () => await relay.SumAsync("towncrier_gaps_total", ("source", "redis:" + Channel)) >= 1, "the relay counts a gap");
        await Eventually.TrueAsync(async () => await host.SumAsync("towncrier_invalidations_total", ("command", "all"), ("result", "applied")) >= 1, "the host was told");
        await Eventually.TrueAsync(() => !File.ReadAllBytes(page).AsSpan().SequenceEqual(before), "the page is expired");
        File.Exists(page).ShouldBeTrue("softly");
    }

    [Fact]
    public async Task What_a_relay_took_from_a_channel_and_could_not_send_yet_survives_its_death()
    {
        await using var host = await RedisStage.StartAsync("stream", "warn", "--appendonly", "yes", "--appendfsync", "always");
        await using var other = await RedisServer.StartAsync();
        await using var relay = await RelayStage.StartAsync($$"""
            sources: [{ redis: { url: "{{other.Url}}", channels: [{{Channel}}] } }]
            publishers: { bus: { redis: { url: "{{host.Redis.Url}}", stream: {{RedisStage.Stream}} } } }
            routes: [{ from: redis, to: bus }]
            """);
        await host.Redis.KillAsync();
        using (var talk = new RedisTalk(other.Port)) talk.Publish(Channel, [.. Enumerable.Range(0, 200).Select(i => RedisStage.PurgeOf("/" + i))]);
        await Eventually.TrueAsync(async () => await relay.SumAsync("towncrier_relay_waiting", ("target", "bus")) == 200, "all wait");
        await relay.JournalledAsync(200);
        await relay.KillAsync();
        await host.Redis.RestartAsync();
        await relay.StartAsync();
        await host.AppliedAsync(RedisStage.Stream, 200);
    }

    private static string FromChannel(RedisStage host, string onGap) => $$"""
        sources: [{ redis: { url: "{{host.Redis.Url}}", channels: [{{Channel}}], on_gap: {{onGap}} } }]
        publishers: { bus: { redis: { url: "{{host.Redis.Url}}", stream: {{RedisStage.Stream}} } } }
        routes: [{ from: redis, to: bus }]
        """;
}
