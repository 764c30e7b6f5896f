using System.Text.Json.Nodes;
using Towncrier.Peers;

namespace Towncrier.Host.Tests.Fleets;

public class FleetCommandTests
{
    [Fact]
    public async Task The_queues_of_a_fleet_are_listed_for_people_and_for_programs()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.FromMinutes(3.5));
        await site.HostAsync("cache-2", TimeSpan.FromDays(5.5), madeBy: "terraform");
        await site.Talk.PublishAsync("news", "hello");

        var (exit, output, error) = await AwsSite.RunAsync("fleet", "ls", "--config", site.Config);
        (exit, error).ShouldBe((0, ""));
        output.ShouldContain("towncrier-www-cache-1  host cache-1  made by agent  alive 3m ago  made just now  1 waiting  0 being applied  subscribed  eu-west-1\n");
        output.ShouldContain("towncrier-www-cache-2  host cache-2  made by terraform  alive 5d ago");

        (exit, output, _) = await AwsSite.RunAsync("fleet", "ls", "--region", FauxqsServer.Region, "--fleet", "www", "--endpoint", site.Aws.Url.ToString(), "--json");
        exit.ShouldBe(0);
        var lines = output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToDictionary(line => (string)line["host"]!);
        var first = lines["cache-1"];
        ((string)first["queue"]!, (string)first["fleet"]!, (string)first["region"]!, (string)first["made_by"]!, (int)first["waiting"]!, (string)first["subscription"]!)
            .ShouldBe(("towncrier-www-cache-1", "www", "eu-west-1", "agent", 1, "subscribed"));
        lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Only_dead_hosts_are_reaped_and_a_dry_run_only_says_so()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("living", TimeSpan.FromDays(3));
        await site.HostAsync("dead", TimeSpan.FromDays(4.5));
        await site.HostAsync("terraforms", TimeSpan.FromDays(9), madeBy: "terraform");
        await site.Talk.CreateQueueAsync("towncrier-www-unknown");
        var before = await site.QueuesAsync();

        var (exit, output, _) = await AwsSite.RunAsync("fleet", "reap", "--config", site.Config, "--dry-run");
        (exit, output).ShouldBe((0, "towncrier-www-dead  would be removed: host dead was last alive 4d ago, 0 waiting, eu-west-1\n"));
        (await site.QueuesAsync()).ShouldBe(before);

        (exit, output, _) = await AwsSite.RunAsync("fleet", "reap", "--config", site.Config, "--json");
        exit.ShouldBe(0);
        var line = JsonNode.Parse(output)!;
        ((string)line["queue"]!, (string)line["outcome"]!).ShouldBe(("towncrier-www-dead", "removed"));
        (await site.QueuesAsync()).ShouldBe(before.Where(name => name != "towncrier-www-dead"));
        (await site.Talk.SubscriptionsAsync("news")).Count.ShouldBe(2);

        (exit, output, var error) = await AwsSite.RunAsync("fleet", "reap", "--config", site.Config);
        (exit, output).ShouldBe((1, ""));
        error.ShouldContain("no host of the fleet www in eu-west-1 has been silent for 4d");
        (exit, _, _) = await AwsSite.RunAsync("fleet", "reap", "--config", site.Config, "--unread-for", "60h", "--dry-run");
        exit.ShouldBe(0, "three days are more than 60 hours");
    }

    [Theory]
    [InlineData(2, "is not a duration of at least 1h", "fleet", "reap", "--region", "eu-west-1", "--fleet", "www", "--unread-for", "5m")]
    [InlineData(2, "is not a duration of at least 1h", "fleet", "reap", "--region", "eu-west-1", "--fleet", "www", "--unread-for", "soon")]
    [InlineData(2, "the region is named, but not the fleet", "fleet", "ls", "--region", "eu-west-1")]
    [InlineData(2, "no aws source of the configuration is meant", "fleet", "ls")]
    [InlineData(2, "does not exist", "fleet", "ls", "--config", "/nowhere/t.yaml")]
    [InlineData(3, "fleet www in eu-west-1", "fleet", "ls", "--region", "eu-west-1", "--fleet", "www", "--endpoint", "http://127.0.0.1:1")]
    public async Task Wrong_usage_is_told(int expected, string words, params string[] arguments)
    {
        var (exit, output, error) = await AwsSite.RunAsync(arguments);
        (exit, output).ShouldBe((expected, ""), error);
        error.ShouldContain(words);
    }

    [Fact]
    public async Task Nobody_is_taken_for_dead_between_two_heartbeats()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.FromHours(20));
        var config = await File.ReadAllTextAsync(site.Config, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(site.Config, config.Replace("wait: 0s", "wait: 0s, heartbeat: 1d", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var (exit, _, error) = await AwsSite.RunAsync("fleet", "reap", "--config", site.Config, "--unread-for", "47h");
        exit.ShouldBe(2);
        error.ShouldContain("a living host of the fleet www in eu-west-1 says so every 1d");
        (await site.QueuesAsync()).ShouldContain("towncrier-www-cache-1");
        (await AwsSite.RunAsync("fleet", "reap", "--config", site.Config, "--unread-for", "2d")).Exit.ShouldBe(1);
    }

    [Fact]
    public async Task An_agent_leaves_with_its_queue_and_may_say_so_twice()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        await site.HostAsync("cache-2", TimeSpan.Zero);
        (await AwsSite.RunAsync("agent", "leave", "--config", site.Config)).ShouldBe((0, "towncrier-www-cache-1  removed\n", ""));
        (await site.QueuesAsync()).ShouldBe(["answers", "towncrier-www-cache-2"]);
        (await site.Talk.SubscriptionsAsync("news")).ShouldHaveSingleItem().Endpoint.ShouldBe(AwsTalk.QueueArn("towncrier-www-cache-2"));
        (await AwsSite.RunAsync("agent", "leave", "--config", site.Config)).ShouldBe((0, "towncrier-www-cache-1  gone already\n", ""));
    }

    [Fact]
    public async Task A_running_agent_does_not_leave()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        using (new FileStream(Path.Combine(site.State, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var (exit, _, error) = await AwsSite.RunAsync("agent", "leave", "--config", site.Config);
            exit.ShouldBe(2);
            error.ShouldContain("stop the agent first");
        }

        (await site.QueuesAsync()).ShouldContain("towncrier-www-cache-1");
        (await AwsSite.RunAsync("agent", "leave", "--config", site.Config)).Exit.ShouldBe(0);
    }

    [Fact]
    public async Task A_queue_of_terraforms_is_not_left()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero, madeBy: "terraform");
        var (exit, _, error) = await AwsSite.RunAsync("agent", "leave", "--config", site.Config);
        exit.ShouldBe(3);
        error.ShouldContain("made by terraform");
        (await site.QueuesAsync()).ShouldContain("towncrier-www-cache-1");
    }

    [Fact]
    public async Task An_agent_that_made_nothing_has_nothing_to_leave()
    {
        using var temp = new TempDirectory();
        var file = temp.Write("t.yaml", $"caches: [{{path: {temp.Path}/c}}]\nstate: {temp.Path}/s\nsources: [{{aws: {{region: eu-west-1, queue: q}}}}]\n");
        var (exit, _, error) = await AwsSite.RunAsync("agent", "leave", "--config", file);
        exit.ShouldBe(1);
        error.ShouldContain("nothing to leave");
    }
}
