using System.Text.Json.Nodes;

namespace Towncrier.Providers.Aws.Tests.Queues;

public class OwnQueueTests
{
    private const string Name = "towncrier-www-cache-1";

    [Fact]
    public async Task It_is_made_with_all_that_belongs_to_it_and_subscribed()
    {
        await using var stage = await Stage.StartAsync();
        var before = stage.Clock.GetUtcNow();
        var opened = await stage.OpenAsync(stage.Options with { MostReceives = 7, FilterPolicy = """{"team":["web"]}""" });

        (opened.Arn, opened.IsNew, opened.DeadLetters, opened.Retention).ShouldBe((AwsTalk.QueueArn(Name), true, true, TimeSpan.FromDays(4)));
        opened.Made!.Value.ShouldBe(before, TimeSpan.FromSeconds(30));
        stage.Own().Name.ShouldBe(Name);
        var attributes = await stage.Talk.QueueAttributesAsync(Name);
        (attributes["VisibilityTimeout"], attributes["MessageRetentionPeriod"], attributes["ReceiveMessageWaitTimeSeconds"], attributes["SqsManagedSseEnabled"]).ShouldBe(("30", "345600", "20", "true"));
        var redrive = JsonNode.Parse(attributes["RedrivePolicy"])!;
        ((string)redrive["deadLetterTargetArn"]!, (int)redrive["maxReceiveCount"]!).ShouldBe((AwsTalk.QueueArn("towncrier-www-dead"), 7));
        var policy = JsonNode.Parse(attributes["Policy"])!["Statement"]!.AsArray();
        JsonNode.DeepEquals(policy[0], JsonNode.Parse($$"""
            {"Sid":"TopicSends","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"{{opened.Arn}}","Condition":{"ArnEquals":{"aws:SourceArn":"{{Stage.Topic}}"} } }
            """)).ShouldBeTrue(policy[0]!.ToJsonString());
        ((string)policy[1]!["Effect"]!, (string)policy[1]!["Condition"]!["Bool"]!["aws:SecureTransport"]!, policy.Count).ShouldBe(("Deny", "false", 2));
        var tags = await stage.Talk.QueueTagsAsync(Name);
        var subscription = (await stage.Talk.SubscriptionsAsync("news")).ShouldHaveSingleItem();
        (tags["towncrier:fleet"], tags["towncrier:host"], tags["towncrier:made-by"], tags["towncrier:topic"], tags["towncrier:subscription"]).ShouldBe(("www", "cache-1", "agent", Stage.Topic, subscription.Arn));
        DateTimeOffset.Parse(tags["towncrier:beat"], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(before, TimeSpan.FromSeconds(30));
        tags.Count.ShouldBe(6);

        var dead = await stage.Talk.QueueAttributesAsync("towncrier-www-dead");
        (dead["MessageRetentionPeriod"], dead["SqsManagedSseEnabled"], dead["Policy"].Contains("aws:SecureTransport")).ShouldBe(("1209600", "true", true));
        (await stage.Talk.QueueTagsAsync("towncrier-www-dead")).Keys.ShouldBe(["towncrier:fleet", "towncrier:made-by"], ignoreOrder: true);

        await stage.Talk.PublishAsync("news", "raw", ("team", "web"));
        await stage.Talk.PublishAsync("news", "for others", ("team", "shop"));
        (await stage.Talk.LookAsync(Name)).Ready.ShouldBe(["raw"]);
    }

    [Fact]
    public async Task A_restart_changes_nothing()
    {
        await using var stage = await Stage.StartAsync();
        var options = stage.Options with { FilterPolicy = """{"team": ["web"]}""" };
        await stage.OpenAsync(options);
        var (attributes, tags) = (await stage.Talk.QueueAttributesAsync(Name), await stage.Talk.QueueTagsAsync(Name));
        stage.Changes().ShouldNotBeEmpty();
        stage.Clock.Ahead = TimeSpan.FromMinutes(5);

        var opened = await stage.OpenAsync(options);
        opened.IsNew.ShouldBeFalse();
        stage.Changes().ShouldBeEmpty();
        (await stage.Talk.QueueAttributesAsync(Name)).ShouldBe(attributes);
        (await stage.Talk.QueueTagsAsync(Name)).ShouldBe(tags);
    }

    [Fact]
    public async Task What_differs_is_put_right_and_nothing_else()
    {
        await using var stage = await Stage.StartAsync();
        await stage.OpenAsync();
        stage.Changes();
        await stage.OpenAsync(stage.Options with { Retention = TimeSpan.FromDays(2), MostReceives = 9 });
        stage.Changes().ShouldBe(["SetQueueAttributes"]);
        var attributes = await stage.Talk.QueueAttributesAsync(Name);
        (attributes["MessageRetentionPeriod"], (int)JsonNode.Parse(attributes["RedrivePolicy"])!["maxReceiveCount"]!).ShouldBe(("172800", 9));

        await stage.OpenAsync(stage.Options with { Retention = TimeSpan.FromDays(2), MostReceives = 9, FilterPolicy = """{"a":["b"]}""" });
        stage.Changes().ShouldBe(["SetSubscriptionAttributes"]);
        await stage.OpenAsync(stage.Options with { Retention = TimeSpan.FromDays(2), MostReceives = 9 });
        stage.Changes().ShouldBe(["SetSubscriptionAttributes"], "the filter is taken away");
    }

    [Fact]
    public async Task Encryption_with_a_key_of_ones_own_is_left_alone()
    {
        await using var stage = await Stage.StartAsync();
        var opened = await stage.OpenAsync();
        await stage.Talk.SqsAsync("SetQueueAttributes", new() { ["QueueUrl"] = opened.Url, ["Attributes"] = new JsonObject { ["KmsMasterKeyId"] = "alias/ours", ["SqsManagedSseEnabled"] = "false" } });
        stage.Changes();
        await stage.OpenAsync();
        stage.Changes().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscription_that_is_gone_is_made_again_and_the_queue_counts_as_new()
    {
        await using var stage = await Stage.StartAsync();
        await stage.OpenAsync();
        await stage.Talk.SnsAsync("Unsubscribe", ("SubscriptionArn", (await stage.Talk.SubscriptionsAsync("news")).Single().Arn));
        stage.Changes();
        (await stage.OpenAsync()).IsNew.ShouldBeTrue("what was published meanwhile is not in it");
        stage.Changes().ShouldBe(["Subscribe", "TagQueue"]);
        (await stage.Talk.QueueTagsAsync(Name))["towncrier:subscription"].ShouldBe((await stage.Talk.SubscriptionsAsync("news")).Single().Arn);
    }

    [Fact]
    public async Task A_start_that_was_cut_short_before_it_knew_its_subscription_finds_it()
    {
        await using var stage = await Stage.StartAsync();
        var opened = await stage.OpenAsync();
        await stage.Talk.SqsAsync("UntagQueue", new() { ["QueueUrl"] = opened.Url, ["TagKeys"] = new JsonArray("towncrier:subscription") });
        var subscription = (await stage.Talk.SubscriptionsAsync("news")).Single().Arn;
        await stage.Talk.SnsAsync("SetSubscriptionAttributes", ("SubscriptionArn", subscription), ("AttributeName", "RawMessageDelivery"), ("AttributeValue", "false"));
        stage.Changes();
        await stage.OpenAsync();
        stage.Changes().ShouldBe(["Subscribe", "SetSubscriptionAttributes", "TagQueue"]);
        (await stage.Talk.SubscriptionsAsync("news")).ShouldHaveSingleItem().Arn.ShouldBe(subscription);
    }

    [Fact]
    public async Task Another_topic_ends_the_subscription_to_the_first()
    {
        await using var stage = await Stage.StartAsync();
        await stage.OpenAsync();
        var other = await stage.Talk.CreateTopicAsync("other");
        var opened = await stage.OpenAsync(stage.Options with { Topic = other });
        opened.IsNew.ShouldBeTrue();
        (await stage.Talk.SubscriptionsAsync("news")).ShouldBeEmpty();
        (await stage.Talk.SubscriptionsAsync("other")).ShouldHaveSingleItem().Endpoint.ShouldBe(opened.Arn);
        (await stage.Talk.QueueAttributesAsync(Name))["Policy"].ShouldContain(other);
        (await stage.Talk.QueueTagsAsync(Name))["towncrier:topic"].ShouldBe(other);
    }

    [Fact]
    public async Task Behind_a_fifo_topic_queue_and_dead_letters_are_fifo()
    {
        await using var stage = await Stage.StartAsync();
        var topic = await stage.Talk.CreateTopicAsync("news.fifo");
        var opened = await stage.OpenAsync(stage.Options with { Topic = topic });
        opened.Arn.ShouldBe(AwsTalk.QueueArn(Name + ".fifo"));
        (await stage.QueuesAsync()).ShouldBe([Name + ".fifo", "towncrier-www-dead.fifo"]);
        (await stage.Talk.QueueAttributesAsync(Name + ".fifo"))["RedrivePolicy"].ShouldContain("towncrier-www-dead.fifo");
        stage.Changes();
        await stage.OpenAsync(stage.Options with { Topic = topic });
        stage.Changes().ShouldBeEmpty();
    }

    [Fact]
    public async Task Agents_that_start_at_once_share_the_dead_letters()
    {
        await using var stage = await Stage.StartAsync();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => stage.OpenAsync($"cache-{i}")));
        (await stage.QueuesAsync()).ShouldBe([.. Enumerable.Range(1, 8).Select(i => $"towncrier-www-cache-{i}"), "towncrier-www-dead"]);
        (await stage.Talk.SubscriptionsAsync("news")).Count.ShouldBe(8);
    }

    [Fact]
    public async Task A_dead_letter_queue_that_others_made_is_used_as_it_is()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Talk.CreateQueueAsync("towncrier-www-dead", ("MessageRetentionPeriod", "3600"));
        await stage.OpenAsync();
        (await stage.Talk.QueueAttributesAsync("towncrier-www-dead"))["MessageRetentionPeriod"].ShouldBe("3600");
        (await stage.Talk.QueueTagsAsync("towncrier-www-dead")).ShouldBeEmpty();
    }
}
