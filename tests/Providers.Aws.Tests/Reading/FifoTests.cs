using System.Text;

namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>FIFO topics and queues, by our own publisher.</summary>
public class FifoTests
{
    [Fact]
    public async Task Messages_come_in_order_and_one_that_is_sent_twice_comes_once()
    {
        await using var site = await Site.BareAsync();
        await site.Talk.CreateQueueAsync("q.fifo");
        var topic = await site.Talk.CreateTopicAsync("t.fifo");
        await site.Talk.SubscribeAsync("t.fifo", "q.fifo", ("RawMessageDelivery", "true"));
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Access = site.Access, Topic = topic }, TimeProvider.System, new Random(2));
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Queue = "q.fifo" }));
        List<Task> sending = [];
        foreach (var i in Enumerable.Range(0, 50).SelectMany(i => new[] { i, i / 2 })) // each one again, later
            sending.Add(publisher.PublishAsync(Message(i), TestContext.Current.CancellationToken));
        await Task.WhenAll(sending);
        await listener.ReceivedAsync(50);
        await site.EmptiesAsync("q.fifo");
        listener.Bodies.ShouldBe(Enumerable.Range(0, 50).Select(i => Encoding.UTF8.GetString(Message(i))));
        site.Faults.CallsOf("PublishBatch").ShouldBeLessThan(30);
    }

    [Fact]
    public async Task An_abandoned_message_is_followed_by_the_next_only_when_it_was_applied()
    {
        await using var site = await Site.BareAsync();
        await site.Talk.CreateQueueAsync("q.fifo");
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Access = site.Access, Queue = "q.fifo" }, TimeProvider.System, new Random(2));
        for (var i = 0; i < 3; i++) await publisher.PublishAsync(Message(i), TestContext.Current.CancellationToken);
        await using var listener = await Listener.ConnectAsync(
            site.Source(site.Options with { Queue = "q.fifo" }), null, delivery => delivery.Attempt == 1 ? delivery.AbandonAsync("not yet", CancellationToken.None) : Listener.Complete(delivery));
        await listener.ReceivedAsync(6);
        listener.Bodies.ShouldBe(new[] { 0, 0, 1, 1, 2, 2 }.Select(i => Encoding.UTF8.GetString(Message(i))));
    }

    private static byte[] Message(int i) => Encoding.UTF8.GetBytes($$"""{"command":"purge","value":["/"],"id":"m{{i}}"}""");
}
