namespace Towncrier.Providers.Redis.Tests;

public sealed class ClusterTests
{
    [Fact]
    public async Task The_streams_node_is_found_and_found_again_when_the_slot_moves()
    {
        await using var one = await RedisServer.StartAsync("--cluster-enabled", "yes");
        await using var two = await RedisServer.StartAsync("--cluster-enabled", "yes");
        await JoinAsync(one, two);
        var slot = await one.CliAsync("cluster", "keyslot", "s");
        var (home, other) = int.Parse(slot, null) < 8192 ? (one, two) : (two, one);
        // Both are asked for what the other one has.
        await using var listener = await Listener.ConnectAsync(Make.Source(other.Url, "s", "a"));
        await using var publisher = Make.Publisher(other.Url, "a", "s");
        await publisher.SendManyAsync("m", 10);
        await listener.ReceivedAsync(20);
        (await home.CliAsync("xlen", "s")).ShouldBe("10");

        // Half-way moved: an empty key's slot answers ASK for what it does not hold.
        var (from, to) = (await home.CliAsync("cluster", "myid"), await other.CliAsync("cluster", "myid"));
        (await other.CliAsync("cluster", "setslot", slot, "importing", from)).ShouldBe("OK");
        (await home.CliAsync("cluster", "setslot", slot, "migrating", to)).ShouldBe("OK");
        (await home.CliAsync("migrate", "127.0.0.1", $"{other.Port}", "s", "0", "5000")).ShouldBe("OK");
        await publisher.SendAsync("asked");
        await listener.ReceivedAsync(22);
        (await other.CliAsync("cluster", "setslot", slot, "node", to)).ShouldBe("OK");
        (await home.CliAsync("cluster", "setslot", slot, "node", to)).ShouldBe("OK");
        await publisher.SendAsync("moved");
        await listener.ReceivedAsync(24);
        (await other.CliAsync("xlen", "s")).ShouldBe("12");
        listener.Gaps.ShouldBeEmpty();
        listener.Failures.ShouldBeEmpty();
    }

    private static async Task JoinAsync(RedisServer one, RedisServer two)
    {
        await one.CliAsync("cluster", "addslotsrange", "0", "8191");
        await two.CliAsync("cluster", "addslotsrange", "8192", "16383");
        await one.CliAsync("cluster", "set-config-epoch", "1");
        await two.CliAsync("cluster", "set-config-epoch", "2");
        await one.CliAsync("cluster", "meet", "127.0.0.1", $"{two.Port}");
        foreach (var redis in new[] { one, two })
            await Eventually.TrueAsync(async () => await redis.CliAsync("cluster", "info") is var info && info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:2", StringComparison.Ordinal), "the cluster is up");
    }
}
