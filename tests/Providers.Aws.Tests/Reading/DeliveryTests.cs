namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>What a delivery says of itself, raw and in the envelope of SNS.</summary>
public class DeliveryTests
{
    [Fact]
    public async Task A_message_comes_with_its_attributes_its_time_and_its_id()
    {
        await using var site = await Site.StartAsync();
        var seen = new List<Delivery>();
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
        {
            seen.Add(delivery);
            return Listener.Complete(delivery);
        });
        await site.Talk.SendAsync("q", "hello", ("Command", "purge"), ("host", "www"));
        await listener.ReceivedAsync(1);
        seen[0].Headers.ShouldBe(new Dictionary<string, string> { ["command"] = "purge", ["host"] = "www" }, ignoreOrder: true);
        seen[0].Source.ShouldBe("aws:q");
        seen[0].TransportId!.Length.ShouldBe(36);
        seen[0].SentAt!.Value.ShouldBeInRange(before, DateTimeOffset.UtcNow);
        seen[0].Attempt.ShouldBe(1);
        await site.EmptiesAsync();
    }

    [Theory]
    [InlineData("q")]
    [InlineData("arn:aws:sqs:eu-west-1:000000000000:q")]
    [InlineData("http://127.0.0.1/000000000000/q")]
    public async Task A_queue_is_found_by_its_name_its_ARN_and_its_URL(string queue)
    {
        await using var site = await Site.StartAsync();
        var options = site.Options with { Queue = queue };
        options.Problems().ShouldBeEmpty();
        await using var listener = await Listener.ConnectAsync(site.Source(options));
        await site.Talk.SendAsync("q", "hello");
        await listener.ReceivedAsync(1);
        listener.Source.Channels.ShouldBe(["aws:q"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_published_to_a_topic_comes_raw_or_in_its_envelope(bool isRaw)
    {
        await using var site = await Site.StartAsync();
        var topic = await site.Talk.CreateTopicAsync("t");
        await site.Talk.SubscribeAsync("t", "q", ("RawMessageDelivery", isRaw ? "true" : "false"));
        var opened = new List<Wire.OpenedMessage>();
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
        {
            Wire.EnvelopeChain.TryOpen(delivery.Body, delivery.Headers, Wire.WireLimits.Default, out var messages, out _).ShouldBeTrue();
            opened.AddRange(messages);
            return Listener.Complete(delivery);
        });
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Access = site.Access, Topic = topic }, TimeProvider.System, new Random(2));
        const string Message = """{"command":"purge","value":["/ü \" \\ <&>"]}""";
        await publisher.PublishAsync(System.Text.Encoding.UTF8.GetBytes(Message), TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(1);
        System.Text.Encoding.UTF8.GetString(opened.Single().Body.Span).ShouldBe(Message);
        (opened[0].Id is null).ShouldBe(isRaw); // the envelope brings its own
    }

    [Fact]
    public async Task A_filter_policy_sees_the_command_and_the_host()
    {
        await using var site = await Site.StartAsync();
        var topic = await site.Talk.CreateTopicAsync("t");
        await site.Talk.SubscribeAsync("t", "q", ("RawMessageDelivery", "true"), ("FilterPolicy", """{"command":["purge"],"host":["www.example.org",{"exists":false}]}"""));
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Access = site.Access, Topic = topic }, TimeProvider.System, new Random(2));
        foreach (var message in new[]
        {
            """{"command":"xkey","value":["a"],"id":"1"}""", """{"command":"purge","value":["/"],"host":"www.example.org","id":"2"}""",
            """{"command":"purge","value":["/"],"host":"other","id":"3"}""", """{"command":"purge","value":["/"],"id":"4"}""",
        })
            await publisher.PublishAsync(System.Text.Encoding.UTF8.GetBytes(message), TestContext.Current.CancellationToken);

        await using var listener = await Listener.ConnectAsync(site.Source());
        await listener.ReceivedAsync(2);
        listener.Bodies.Select(body => body[^3]).Order().ShouldBe(['2', '4']);
        await site.EmptiesAsync();
    }
}
