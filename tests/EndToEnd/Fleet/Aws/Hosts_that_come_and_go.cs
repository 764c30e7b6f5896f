using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet.Aws;

/// <summary>A host that leaves takes its queue along; one that died is found by its silence; nothing else is touched.</summary>
public sealed class Hosts_that_come_and_go
{
    [Fact]
    public async Task One_that_leaves_takes_its_queue_and_subscription_and_a_restart_does_not()
    {
        await using var fleet = await AwsFleet.StartAsync();
        await fleet.StartAgentAsync("cache-1");
        await fleet.StartAgentAsync("cache-2");
        var config = fleet.Folder.Of("cache-1", "towncrier.yaml");
        var refused = await Cli.RunAsync(["agent", "leave", "--config", config], AwsFleet.Login);
        refused.ExitCode.ShouldBe(2, refused.Stdout + refused.Stderr);
        refused.Stderr.ShouldContain("stop");
        await fleet.StopAgentAsync("cache-1");
        (await SubscribedAsync()).ShouldBe(["towncrier-www-cache-1", "towncrier-www-cache-2"], "a stop is no leave");

        var left = await Cli.RunAsync(["agent", "leave", "--config", config], AwsFleet.Login);
        left.ExitCode.ShouldBe(0, left.Stderr);
        (await SubscribedAsync()).ShouldBe(["towncrier-www-cache-2"]);
        (await QueuesAsync()).ShouldBe(["towncrier-www-cache-2"]);
        (await Cli.RunAsync(["agent", "leave", "--config", config], AwsFleet.Login)).ExitCode.ShouldBe(0, "it may be called again");

        async Task<string[]> SubscribedAsync() => [.. (await fleet.Aws.Talk.SubscriptionsAsync(AwsFleet.Topic)).Select(one => one.Endpoint.Split(':')[^1]).Order(StringComparer.Ordinal)];

        async Task<string[]> QueuesAsync() => [.. (await ListAsync(fleet)).Where(line => (string?)line["made_by"] == "agent" && line["host"] is not null).Select(line => (string)line["queue"]!)];
    }

    [Fact]
    public async Task The_queue_of_a_dead_host_is_reaped_and_no_other()
    {
        await using var fleet = await AwsFleet.StartAsync();
        await fleet.StartAgentAsync("cache-1");
        await fleet.StartAgentAsync("cache-2");
        await fleet.KillAgentAsync("cache-2");
        await TagAsync("towncrier-www-cache-2", ("towncrier:beat", DateTimeOffset.UtcNow.AddDays(-5).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)));
        await fleet.Aws.Talk.CreateQueueAsync("towncrier-www-somebodys"); // no tags: not ours
        await fleet.Aws.Talk.CreateQueueAsync("towncrier-www-web-1");
        await TagAsync("towncrier-www-web-1", ("towncrier:made-by", "terraform"), ("towncrier:fleet", "www"), ("towncrier:host", "web-1"), ("towncrier:beat", "2020-01-01T00:00:00Z"));
        var before = await NamesAsync();

        var dry = await fleet.RunAsync("fleet", "reap", "--unread-for", "4d", "--dry-run");
        dry.ExitCode.ShouldBe(0, dry.Stderr);
        dry.Stdout.ShouldContain("towncrier-www-cache-2");
        (await NamesAsync()).ShouldBe(before);

        var reaped = await fleet.RunAsync("fleet", "reap", "--unread-for", "4d");
        reaped.ExitCode.ShouldBe(0, reaped.Stderr);
        (await NamesAsync()).ShouldBe(before.Where(name => name != "towncrier-www-cache-2"));
        (await fleet.Aws.Talk.SubscriptionsAsync(AwsFleet.Topic)).ShouldHaveSingleItem().Endpoint.ShouldEndWith("cache-1");
        (await fleet.RunAsync("fleet", "reap", "--unread-for", "4d")).ExitCode.ShouldBe(1, "nobody is dead any more");

        Task TagAsync(string queue, params (string Name, string Value)[] tags) => fleet.Aws.Talk.SqsAsync("TagQueue", new JsonObject
        {
            ["QueueUrl"] = $"http://127.0.0.1/{FauxqsServer.Account}/{queue}",
            ["Tags"] = new JsonObject(tags.Select(tag => KeyValuePair.Create(tag.Name, (JsonNode?)tag.Value))),
        });

        async Task<string[]> NamesAsync() => [.. (await fleet.Aws.Talk.SqsAsync("ListQueues", []))["QueueUrls"]!.AsArray().Select(url => ((string)url!).Split('/')[^1]).Order(StringComparer.Ordinal)];
    }

    private static async Task<JsonNode[]> ListAsync(AwsFleet fleet)
    {
        var run = await fleet.RunAsync("fleet", "ls", "--json");
        run.ExitCode.ShouldBe(0, run.Stderr);
        return [.. run.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
