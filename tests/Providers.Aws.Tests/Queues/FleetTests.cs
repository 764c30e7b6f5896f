namespace Towncrier.Providers.Aws.Tests.Queues;

public class FleetTests
{
    private static readonly TimeSpan FourDays = TimeSpan.FromDays(4);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_has_every_queue_of_the_fleet_and_whose_it_is()
    {
        await using var stage = await FullAsync();
        await stage.Talk.PublishAsync("news", "hello");
        await stage.Talk.SnsAsync("Unsubscribe", ("SubscriptionArn", (await stage.Talk.SubscriptionsAsync("news")).Single(one => one.Endpoint.EndsWith("cache-2", StringComparison.Ordinal)).Arn));

        var queues = await ListAsync(stage);
        queues.Keys.Order(StringComparer.Ordinal).ShouldBe(["towncrier-www-cache-1", "towncrier-www-cache-2", "towncrier-www-dead", "towncrier-www-hand-made", "towncrier-www-tf-1"]); // none of the fleet www-eu
        var first = queues["towncrier-www-cache-1"];
        (first.Host, first.MadeBy, first.Waiting, first.Subscription, first.Arn).ShouldBe(("cache-1", "agent", 1, SubscriptionState.Subscribed, AwsTalk.QueueArn("towncrier-www-cache-1")));
        first.LastBeat!.Value.ShouldBe(stage.Clock.GetUtcNow(), TimeSpan.FromSeconds(30));
        first.Created!.Value.ShouldBe(stage.Clock.GetUtcNow(), TimeSpan.FromSeconds(30));
        queues["towncrier-www-cache-2"].Subscription.ShouldBe(SubscriptionState.Gone);
        var terraforms = queues["towncrier-www-tf-1"];
        (terraforms.MadeBy, terraforms.LastBeat, terraforms.Subscription).ShouldBe(("terraform", null, SubscriptionState.Unknown));
        queues["towncrier-www-hand-made"].MadeBy.ShouldBeNull();
        stage.Changes().ShouldBeEmpty("looking changes nothing");
    }

    [Fact]
    public async Task Only_the_queues_of_dead_hosts_that_agents_made_are_reaped()
    {
        await using var stage = await FullAsync();
        stage.Clock.Ahead = TimeSpan.FromDays(5);
        await BeatAsync(stage, "towncrier-www-cache-1");

        (await ReapAsync(stage, dryRun: true)).ShouldBe(Expected(ReapOutcome.WouldBeRemoved));
        stage.Changes().ShouldBeEmpty();
        (await ReapAsync(stage)).ShouldBe(Expected(ReapOutcome.Removed));
        stage.Changes().ShouldBe(["Unsubscribe", "DeleteQueue"], "in this order: a topic must not send into a queue that is no more");
        (await stage.QueuesAsync()).ShouldBe(["towncrier-www-cache-1", "towncrier-www-dead", "towncrier-www-eu-cache-1", "towncrier-www-eu-dead", "towncrier-www-hand-made", "towncrier-www-tf-1"]);
        (await stage.Talk.SubscriptionsAsync("news")).Select(one => one.Endpoint).ShouldBe([AwsTalk.QueueArn("towncrier-www-cache-1"), AwsTalk.QueueArn("towncrier-www-eu-cache-1")], ignoreOrder: true);

        static Dictionary<string, ReapOutcome> Expected(ReapOutcome dead) => new()
        {
            ["towncrier-www-cache-1"] = ReapOutcome.Alive,
            ["towncrier-www-cache-2"] = dead,
            ["towncrier-www-dead"] = ReapOutcome.NotAnAgents,
            ["towncrier-www-hand-made"] = ReapOutcome.NotAnAgents,
            ["towncrier-www-tf-1"] = ReapOutcome.NotAnAgents,
        };
    }

    [Fact]
    public async Task A_host_that_is_alive_again_by_then_is_spared()
    {
        await using var stage = await FullAsync();
        stage.Clock.Ahead = TimeSpan.FromDays(5);
        var queues = await ListAsync(stage);
        await BeatAsync(stage, "towncrier-www-cache-1");
        await stage.TagAsync("towncrier-www-cache-2", "towncrier:made-by", "terraform");
        (await stage.Fleet().ReapAsync(queues["towncrier-www-cache-1"], FourDays, dryRun: false, Cancel)).ShouldBe(ReapOutcome.AliveAgain);
        (await stage.Fleet().ReapAsync(queues["towncrier-www-cache-2"], FourDays, dryRun: false, Cancel)).ShouldBe(ReapOutcome.NotAnAgents);
        stage.Changes().ShouldBeEmpty();
        await stage.Talk.DeleteQueueAsync("towncrier-www-cache-1");
        (await stage.Fleet().ReapAsync(queues["towncrier-www-cache-1"], FourDays, dryRun: false, Cancel)).ShouldBe(ReapOutcome.Gone);
    }

    [Fact]
    public async Task A_host_leaves_with_its_subscription_and_may_say_so_twice()
    {
        await using var stage = await FullAsync();
        (await stage.Fleet().LeaveAsync("cache-1", isFifo: false, Cancel)).ShouldBe(("towncrier-www-cache-1", true));
        stage.Changes().ShouldBe(["Unsubscribe", "DeleteQueue"]);
        (await stage.Talk.SubscriptionsAsync("news")).ShouldNotContain(one => one.Endpoint == AwsTalk.QueueArn("towncrier-www-cache-1"));
        (await stage.Fleet().LeaveAsync("cache-1", isFifo: false, Cancel)).ShouldBe(("towncrier-www-cache-1", false));
        stage.Changes().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_that_died_before_it_knew_its_subscription_leaves_none_behind()
    {
        await using var stage = await FullAsync();
        await stage.Talk.SqsAsync("UntagQueue", new() { ["QueueUrl"] = $"http://127.0.0.1/{FauxqsServer.Account}/towncrier-www-cache-1", ["TagKeys"] = new System.Text.Json.Nodes.JsonArray("towncrier:subscription") });
        await stage.Fleet().LeaveAsync("cache-1", isFifo: false, Cancel);
        (await stage.Talk.SubscriptionsAsync("news")).ShouldNotContain(one => one.Endpoint == AwsTalk.QueueArn("towncrier-www-cache-1"));
    }

    [Theory]
    [InlineData("tf-1", "made by terraform")]
    [InlineData("hand-made", "made by nobody")]
    [InlineData("dead", "host none")]
    public async Task Nobody_leaves_with_a_queue_that_no_agent_made_for_him(string host, string words)
    {
        await using var stage = await FullAsync();
        (await Should.ThrowAsync<IOException>(() => stage.Fleet().LeaveAsync(host, isFifo: false, Cancel))).Message.ShouldContain(words);
        stage.Changes().ShouldBeEmpty();
    }

    // Two hosts of the fleet www, one of www-eu, a queue of terraform's, and one that nobody explains.
    private static async Task<Stage> FullAsync()
    {
        var stage = await Stage.StartAsync();
        await stage.OpenAsync("cache-1");
        await stage.OpenAsync("cache-2");
        await stage.OpenAsync(stage.Options with { Fleet = "www-eu" });
        await stage.Talk.CreateQueueAsync("towncrier-www-tf-1");
        await stage.TagAsync("towncrier-www-tf-1", "towncrier:made-by", "terraform");
        await stage.TagAsync("towncrier-www-tf-1", "towncrier:fleet", "www");
        await stage.Talk.CreateQueueAsync("towncrier-www-hand-made");
        stage.Changes();
        return stage;
    }

    private static Task BeatAsync(Stage stage, string queue) => stage.TagAsync(queue, "towncrier:beat", stage.Clock.GetUtcNow().ToString("O"));

    private static async Task<Dictionary<string, FleetQueue>> ListAsync(Stage stage)
    {
        var queues = new Dictionary<string, FleetQueue>();
        await foreach (var queue in stage.Fleet().ListAsync(Cancel)) queues[queue.Name] = queue;
        return queues;
    }

    private static async Task<Dictionary<string, ReapOutcome>> ReapAsync(Stage stage, bool dryRun = false)
    {
        var outcomes = new Dictionary<string, ReapOutcome>();
        foreach (var (name, queue) in await ListAsync(stage)) outcomes[name] = await stage.Fleet().ReapAsync(queue, FourDays, dryRun, Cancel);
        return outcomes;
    }
}
