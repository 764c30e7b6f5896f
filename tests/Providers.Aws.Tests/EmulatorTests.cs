namespace Towncrier.Providers.Aws.Tests;

/// <summary>What our tests rely on in the emulator.</summary>
public class EmulatorTests
{
    [Fact]
    public async Task What_is_published_to_a_topic_is_in_its_queue()
    {
        await using var aws = await FauxqsServer.StartAsync();
        await aws.Talk.CreateTopicAsync("t");
        await aws.Talk.CreateQueueAsync("q");
        await aws.Talk.SubscribeAsync("t", "q", ("RawMessageDelivery", "true"));
        await aws.Talk.PublishAsync("t", "hello", ("a", "1"));
        (await aws.Talk.LookAsync("q")).Ready.ShouldBe(["hello"]);
        (await aws.Talk.SubscriptionsAsync("t")).Single().Endpoint.ShouldBe(AwsTalk.QueueArn("q"));
        (await aws.Talk.QueueAttributesAsync("q"))["QueueArn"].ShouldBe(AwsTalk.QueueArn("q"));
    }

    [Fact]
    public async Task A_receive_whose_caller_has_gone_takes_nothing()
    {
        await using var aws = await FauxqsServer.StartAsync();
        var url = await aws.Talk.CreateQueueAsync("q");
        await using (var proxy = TcpProxy.Start(aws.Port))
        {
            using var impatient = new AwsTalk(proxy.Port);
            var receiving = impatient.SqsAsync("ReceiveMessage", new() { ["QueueUrl"] = url, ["WaitTimeSeconds"] = 20 });
            await Eventually.TrueAsync(() => proxy.Taken == 1, "it is sent");
            for (var i = 0; i < 50; i++) await aws.Talk.LookAsync("q"); // and has arrived by now
            proxy.Cut();
            await Should.ThrowAsync<HttpRequestException>(receiving);
        }

        await aws.Talk.SendAsync("q", "hello");
        (await aws.Talk.LookAsync("q")).Ready.ShouldBe(["hello"]);
    }

    [Fact]
    public async Task A_topic_has_a_policy_and_takes_the_attributes_that_terraform_sets()
    {
        await using var aws = await FauxqsServer.StartAsync();
        var topic = await aws.Talk.CreateTopicAsync("t");
        await aws.Talk.SnsAsync("SetTopicAttributes", ("TopicArn", topic), ("AttributeName", "SQSSuccessFeedbackSampleRate"), ("AttributeValue", "100"));
        var answer = (await aws.Talk.SnsAsync("GetTopicAttributes", ("TopicArn", topic))).Value;
        answer.ShouldContain("__default_policy_ID");
        answer.ShouldContain("SQSSuccessFeedbackSampleRate");
    }
}
