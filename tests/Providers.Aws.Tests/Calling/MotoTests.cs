using System.Text;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>All calls against moto, whose error answers are modelled on AWS's. One test, so that there is one skip where it is not.</summary>
public sealed class MotoTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public async Task Every_call_and_its_refusals_are_as_AWS_has_them()
    {
        await using var moto = await MotoServer.StartAsync();
        var cancel = TestContext.Current.CancellationToken;
        using var caller = new AwsCaller(new AwsAccess { Region = Make.Region, Endpoint = moto.Url }, TimeProvider.System, new Random(1), None);
        var (sqs, sns) = (new SqsClient(caller), new SnsClient(caller));
        await RefuseAsync(sqs, sns, cancel);

        var url = await sqs.CreateAsync("www-1", new Dictionary<string, string> { ["VisibilityTimeout"] = "5" }, new Dictionary<string, string> { ["a"] = "b" }, cancel);
        (await sqs.QueueUrlAsync("www-1", null, cancel)).ShouldBe(url);
        (await sqs.CreateAsync("www-1", new Dictionary<string, string> { ["VisibilityTimeout"] = "5" }, new Dictionary<string, string> { ["a"] = "b" }, cancel)).ShouldBe(url);
        (await Should.ThrowAsync<AwsException>(() => sqs.CreateAsync("www-1", new Dictionary<string, string> { ["VisibilityTimeout"] = "6" }, None, cancel))).Code.ShouldContain("Queue");
        await sqs.TagAsync(url, new Dictionary<string, string> { ["c"] = "d" }, cancel);
        (await sqs.TagsAsync(url, cancel)).OrderBy(tag => tag.Key).ShouldBe([KeyValuePair.Create("a", "b"), KeyValuePair.Create("c", "d")]);
        await sqs.SetAttributesAsync(url, new Dictionary<string, string> { ["VisibilityTimeout"] = "7" }, cancel);
        var attributes = await sqs.AttributesAsync(url, ["QueueArn", "VisibilityTimeout"], cancel);
        attributes["VisibilityTimeout"].ShouldBe("7");
        (await ToListAsync(sqs.ListAsync("www-", cancel))).ShouldBe([url]);
        (await ToListAsync(sqs.ListAsync("other-", cancel))).ShouldBeEmpty();

        OutgoingMessage[] sent = [new(Encoding.UTF8.GetBytes("hällo \"x\" <&> 😀"), new Dictionary<string, string> { ["k"] = "vä" }), new("b"u8.ToArray())];
        (await sqs.SendAsync(url, sent, cancel)).ShouldBeEmpty();
        var received = await sqs.ReceiveAsync(url, 10, 1, 30, cancel);
        received.Select(message => Encoding.UTF8.GetString(message.Body.Span)).Order().ShouldBe(["b", "hällo \"x\" <&> 😀"]);
        received.Single(message => message.Attributes.Count > 0).Attributes["k"].ShouldBe("vä");
        received.ShouldAllBe(message => message.ReceiveCount == 1 && message.SentAt.Year >= 2025);
        (await sqs.ChangeVisibilityAsync(url, [(received[0].Receipt, 60), ("no receipt", 60)], cancel)).ShouldHaveSingleItem().Index.ShouldBe(1);
        (await sqs.DeleteAsync(url, [.. received.Select(message => message.Receipt)], cancel)).ShouldBeEmpty();

        await PublishAsync(moto, sqs, sns, url, attributes["QueueArn"], cancel);
        await sqs.DeleteQueueAsync(url, cancel);
        (await Should.ThrowAsync<AwsException>(() => sqs.ReceiveAsync(url, 1, 0, 1, cancel))).IsMissingQueue.ShouldBeTrue();
    }

    private static async Task RefuseAsync(SqsClient sqs, SnsClient sns, CancellationToken cancel)
    {
        var missing = await Should.ThrowAsync<AwsException>(() => sqs.QueueUrlAsync("nowhere", null, cancel));
        (missing.Code, missing.Status, missing.IsMissingQueue).ShouldBe(("AWS.SimpleQueueService.NonExistentQueue", 400, true));
        missing.Message.ShouldContain("no queue nowhere in eu-west-1");
        missing.RequestId.ShouldNotBeNullOrEmpty();
        var topic = $"arn:aws:sns:{Make.Region}:{MotoServer.Account}:nowhere";
        var unknown = await Should.ThrowAsync<AwsException>(() => sns.PublishAsync(topic, [new OutgoingMessage("x"u8.ToArray())], cancel));
        (unknown.Code, unknown.Status, unknown.IsMissingTopic, unknown.Operation).ShouldBe(("NotFound", 404, true, "sns:Publish"));
        (await Should.ThrowAsync<AwsException>(() => sns.TopicAttributesAsync(topic.Replace("west-1", "west-2", StringComparison.Ordinal), cancel))).Message.ShouldContain("set aws.region to eu-west-2");
    }

    private static async Task PublishAsync(MotoServer moto, SqsClient sqs, SnsClient sns, string url, string queue, CancellationToken cancel)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=a/20260101/{Make.Region}/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "CreateTopic", ["Version"] = "2010-03-31", ["Name"] = "news" });
        (await http.PostAsync(moto.Url, form, cancel)).EnsureSuccessStatusCode();
        var topic = $"arn:aws:sns:{Make.Region}:{MotoServer.Account}:news";
        (await sns.TopicAttributesAsync(topic, cancel))["TopicArn"].ShouldBe(topic);
        var subscription = await sns.SubscribeAsync(topic, queue, new Dictionary<string, string> { ["RawMessageDelivery"] = "true" }, cancel);
        (await sns.SubscribeAsync(topic, queue, new Dictionary<string, string> { ["RawMessageDelivery"] = "true" }, cancel)).ShouldBe(subscription);
        await sns.SetSubscriptionAttributeAsync(subscription, "FilterPolicy", """{"k":["v"]}""", cancel);
        (await sns.SubscriptionAttributesAsync(subscription, cancel))["FilterPolicy"].ShouldContain("\"v\"");
        (await ToListAsync(sns.SubscriptionsAsync(topic, cancel))).ShouldBe([new SnsSubscription(subscription, "sqs", queue, MotoServer.Account)]);
        (await sns.PublishAsync(topic, [new OutgoingMessage(Encoding.UTF8.GetBytes("ü&=+ % 😀"), new Dictionary<string, string> { ["k"] = "v" }), new OutgoingMessage("filtered out"u8.ToArray())], cancel)).ShouldBeEmpty();
        var received = (await sqs.ReceiveAsync(url, 10, 2, 30, cancel)).ShouldHaveSingleItem();
        (Encoding.UTF8.GetString(received.Body.Span), received.Attributes["k"]).ShouldBe(("ü&=+ % 😀", "v"));
        await sns.UnsubscribeAsync(subscription, cancel);
        await sns.UnsubscribeAsync(subscription, cancel);
        (await ToListAsync(sns.SubscriptionsAsync(topic, cancel))).ShouldBeEmpty();
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items) list.Add(item);
        return list;
    }
}
