using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet.Aws;

/// <summary>What an operator is told when AWS says no, or nothing at all; and that the agent goes on by itself.</summary>
public sealed class Trouble_at_aws
{
    private const string Auto = "queue: auto";

    [Fact]
    public async Task It_is_ready_once_its_queue_is_there_and_subscribed()
    {
        await using var fleet = await AwsFleet.StartAsync();
        await fleet.Aws.KillAsync();
        await using var agent = await UnreadyAgent.StartAsync(SourceOf(fleet, Auto), AwsFleet.Login);
        await agent.SaysAsync($"127.0.0.1:{fleet.Aws.Port}");
        await fleet.Aws.RestartAsync();
        await agent.SaysAsync("no such topic");
        await fleet.Aws.Talk.CreateTopicAsync(AwsFleet.Topic);
        await agent.BecomesReadyAsync();
        var subscribed = (await fleet.Aws.Talk.SubscriptionsAsync(AwsFleet.Topic)).ShouldHaveSingleItem().Endpoint;
        subscribed.ShouldStartWith(AwsTalk.QueueArn("towncrier-www-"));
        (await fleet.Aws.Talk.QueueTagsAsync(subscribed.Split(':')[^1]))["towncrier:made-by"].ShouldBe("agent");
        agent.MustNotHaveSaid(AwsFleet.Login["AWS_SECRET_ACCESS_KEY"]);
    }

    [Theory]
    [InlineData(Auto, "CreateQueue", "allow sqs:CreateQueue on ")]
    [InlineData(Auto, "Subscribe", "allow sns:Subscribe on arn:aws:sns:eu-west-1:000000000000:towncrier-www")]
    [InlineData("queue: there", "ReceiveMessage", "allow sqs:ReceiveMessage on arn:aws:sqs:eu-west-1:000000000000:there")]
    [InlineData("queue: there", "GetQueueUrl", "allow sqs:GetQueueUrl on ")]
    public async Task A_missing_permission_is_named_and_once_it_is_given_all_goes_on(string queue, string operation, string words)
    {
        FaultProxy? faults = null;
        await using var fleet = await AwsFleet.StartAsync(aws => (faults = FaultProxy.Start(aws.Port)).Url);
        await using var proxy = faults!;
        await fleet.Aws.Talk.CreateQueueAsync("there");
        proxy.Always(operation, Fault.Denied);
        await using var agent = await UnreadyAgent.StartAsync(SourceOf(fleet, queue), AwsFleet.Login);
        await agent.LogsAsync(words);
        proxy.Always(operation, Fault.None);
        await agent.BecomesReadyAsync();
        await agent.ConnectedAsync(1);
        agent.MustNotHaveSaid(AwsFleet.Login["AWS_SECRET_ACCESS_KEY"]);
    }

    [Theory]
    [InlineData("queue: nowhere", "no queue nowhere in eu-west-1 can be seen by these credentials")]
    [InlineData("queue: \"arn:aws:sqs:eu-west-1:111122223333:theirs\"", "theirs in eu-west-1 can be seen by these credentials")]
    public async Task A_queue_that_is_not_there_or_anothers_is_told(string queue, string words)
    {
        await using var fleet = await AwsFleet.StartAsync();
        await using var agent = await UnreadyAgent.StartAsync(SourceOf(fleet, queue), AwsFleet.Login);
        await agent.SaysAsync(words);
    }

    [Fact]
    public async Task Without_credentials_it_is_told_where_they_were_looked_for()
    {
        await using var fleet = await AwsFleet.StartAsync();
        var nobody = new Dictionary<string, string> { ["AWS_EC2_METADATA_DISABLED"] = "true", ["HOME"] = fleet.Folder.Path, ["AWS_ACCESS_KEY_ID"] = "", ["AWS_SECRET_ACCESS_KEY"] = "" };
        await using var agent = await UnreadyAgent.StartAsync(SourceOf(fleet, Auto), nobody);
        await agent.SaysAsync("AWS_ACCESS_KEY_ID");
    }

    [Fact]
    public async Task Clocks_that_differ_and_keys_that_expire_heal_by_themselves()
    {
        FaultProxy? faults = null;
        await using var fleet = await AwsFleet.StartAsync(aws => (faults = FaultProxy.Start(aws.Port)).Url, source: ", wait: 1s");
        await using var proxy = faults!;
        proxy.Skew = TimeSpan.FromHours(3);
        proxy.Next("ReceiveMessage", Fault.Expired, Fault.Unavailable, Fault.Throttled, Fault.ResetAfter);
        await fleet.StartAgentAsync("cache-1");
        var page = fleet.Page("cache-1", "/a");
        await fleet["cache-1"].HoldsAsync(1);
        await fleet.Aws.Talk.PublishAsync(AwsFleet.Topic, AwsFleet.PurgeOf("/a"));
        await AwsFleet.GoneAsync([page]);
        proxy.InjectedOf(Fault.Skewed).ShouldBeGreaterThan(0);
        proxy.InjectedOf(Fault.Expired).ShouldBe(1);
    }

    [Fact]
    public async Task Unsigned_messages_are_refused_once_and_signed_ones_applied()
    {
        await using var fleet = await AwsFleet.StartAsync(more: "allow: {keys: [{id: cms, secret_file: {secret}}]}");
        var secret = fleet.Folder.Of("secret");
        File.WriteAllText(secret, "s3cret-of-the-cms");
        fleet.More = fleet.More.Replace("{secret}", secret, StringComparison.Ordinal);
        await fleet.StartAgentAsync("cache-1");
        var (first, second) = (fleet.Page("cache-1", "/a"), fleet.Page("cache-1", "/b"));
        await fleet["cache-1"].HoldsAsync(2);
        (await fleet.RunAsync("publish", "--to", "bus", "--url", "/a")).ExitCode.ShouldBe(0);
        (await fleet.RunAsync("publish", "--to", "bus", "--url", "/b", "--sign-key", "cms", "--secret-file", secret)).ExitCode.ShouldBe(0);
        await AwsFleet.GoneAsync([second]);
        await Eventually.TrueAsync(async () => (await fleet.Aws.Talk.LookAsync("towncrier-www-dead")).Ready.Count == 1, "the unsigned one is in the dead-letter queue");
        (await fleet.SumAsync("cache-1", "towncrier_refusals_total", ("source", AwsFleet.LabelOf("cache-1")))).ShouldBe(1);
        File.Exists(first).ShouldBeTrue();
    }

    [Fact]
    public async Task A_publisher_is_told_what_it_may_not_send_and_where()
    {
        FaultProxy? faults = null;
        await using var fleet = await AwsFleet.StartAsync(aws => (faults = FaultProxy.Start(aws.Port)).Url);
        await using var proxy = faults!;
        proxy.Always("PublishBatch", Fault.Denied);
        var run = await fleet.RunAsync("publish", "--to", "bus", "--url", "/a");
        run.ExitCode.ShouldBe(3, run.Stdout);
        run.Stderr.ShouldContain("allow sns:Publish on " + AwsFleet.TopicArn);
        proxy.Always("PublishBatch", Fault.None);
        run = await WithAsync(":towncrier-www\"", ":nowhere\"");
        run.ExitCode.ShouldBe(3, run.Stdout);
        run.Stderr.ShouldContain("no such topic");
        run.Stderr.ShouldContain(":nowhere");
        run = await WithAsync("region: eu-west-1", "region: us-east-1");
        run.ExitCode.ShouldBe(2, run.Stdout);
        run.Stderr.ShouldContain("eu-west-1");
        run.Stderr.ShouldNotContain(AwsFleet.Login["AWS_SECRET_ACCESS_KEY"]);

        Task<CliResult> WithAsync(string right, string wrong)
        {
            var config = fleet.Folder.Of("wrong.yaml");
            File.WriteAllText(config, File.ReadAllText(fleet.PublisherConfig).Replace(right, wrong, StringComparison.Ordinal));
            return Cli.RunAsync(["publish", "--to", "bus", "--url", "/a", "--config", config], AwsFleet.Login);
        }
    }

    private static string SourceOf(AwsFleet fleet, string queue)
        => $$"""aws: {region: {{FauxqsServer.Region}}, topic: "{{AwsFleet.TopicArn}}", {{queue}}, fleet: www, endpoint: "{{fleet.Endpoint}}", wait: 1s}""";
}
