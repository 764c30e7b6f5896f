using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Queues;
using Towncrier.Providers.Aws.Tests.Calling;

namespace Towncrier.Providers.Aws.Tests.Queues;

/// <summary>Refusals that the emulator does not play.</summary>
public class RefusalTests
{
    [Fact]
    public async Task A_name_that_SQS_holds_back_after_a_deletion_is_told_in_words()
    {
        await using var peer = AwsPeer.Start(request => request.Header("x-amz-target").EndsWith("GetQueueUrl", StringComparison.Ordinal)
            ? Refusal("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "no queue")
            : Refusal("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently", "You must wait 60 seconds"));
        using var caller = Make.Caller(peer);
        var own = new OwnQueue(new AwsSourceOptions { Topic = Make.Topic, Fleet = "www", Host = "cache-1" }, new SqsClient(caller), new SnsClient(caller), TimeProvider.System);
        var told = await Should.ThrowAsync<IOException>(() => own.OpenAsync(TestContext.Current.CancellationToken));
        told.Message.ShouldContain("towncrier-www-cache-1 was deleted less than 60 s ago");
        told.Message.ShouldContain("it is tried again by itself");
    }

    [Theory]
    [InlineData("QueueNameExists")]
    [InlineData("QueueAlreadyExists")]
    public async Task Dead_letters_that_another_agent_is_just_making_are_used(string code)
    {
        await using var peer = AwsPeer.Start(request => request.Header("x-amz-target").EndsWith("GetQueueUrl", StringComparison.Ordinal)
            ? Refusal("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "no queue")
            : Refusal("QueueNameExists", code, "A queue already exists with the same name and a different value for attribute"));
        using var caller = Make.Caller(peer);
        var arn = await new DeadLetterQueue("www", isFifo: false, new SqsClient(caller)).EnsureAsync(new Arn("aws", "sqs", "eu-west-1", "123456789012", "towncrier-www-cache-1"), TestContext.Current.CancellationToken);
        arn.ShouldBe("arn:aws:sqs:eu-west-1:123456789012:towncrier-www-dead");
    }

    [Fact]
    public async Task A_subscription_that_nobody_confirmed_is_no_subscription()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(200, """
            <SubscribeResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><SubscribeResult><SubscriptionArn>pending confirmation</SubscriptionArn></SubscribeResult></SubscribeResponse>
            """));
        using var caller = Make.Caller(peer);
        var told = await Should.ThrowAsync<IOException>(() => new TopicSubscription(new AwsSourceOptions { Topic = Make.Topic }, new SnsClient(caller))
            .EnsureAsync("arn:aws:sqs:eu-west-1:123456789012:q", null, TestContext.Current.CancellationToken));
        told.Message.ShouldContain("is not confirmed");
    }

    private static string Refusal(string type, string older, string message)
        => AwsPeer.Reply(400, $$"""{"__type":"com.amazonaws.sqs#{{type}}","message":"{{message}}"}""", $"x-amzn-query-error: {older};Sender");
}
