namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>Messages that will never be applied.</summary>
public class PoisonTests
{
    [Fact]
    public async Task Poison_ends_in_the_dead_letter_queue_is_delivered_once_and_holds_up_nothing()
    {
        await using var site = await Site.BareAsync();
        await site.Talk.CreateQueueAsync("q", "dead", mostReceives: 3);
        await using var listener = await Listener.ConnectAsync(site.Source(), null, RejectBad);
        await site.Talk.SendAsync("q", ["bad", "good1", "good2"]);
        await listener.ReceivedAsync(3);
        await Eventually.TrueAsync(async () => (await site.Talk.LookAsync("dead")).Ready.Count == 1, "it is in the dead-letter queue");
        await site.EmptiesAsync();
        listener.Bodies.Order().ShouldBe(["bad", "good1", "good2"]);
        (await site.Talk.LookAsync("dead")).Ready.ShouldBe(["bad"]);
    }

    [Fact]
    public async Task Poison_of_a_queue_without_a_dead_letter_queue_is_deleted()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(site.Source(), null, RejectBad);
        await site.Talk.SendAsync("q", ["bad", "good"]);
        await listener.ReceivedAsync(2);
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Poison_of_a_queue_that_may_not_be_asked_goes_round_slowly()
    {
        await using var site = await Site.StartAsync();
        site.Faults.Always("GetQueueAttributes", Fault.Denied);
        await using var listener = await Listener.ConnectAsync(site.Source(), null, RejectBad);
        await site.Talk.SendAsync("q", ["bad", "good"]);
        await listener.ReceivedAsync(2);
        await Eventually.TrueAsync(() => site.Faults.CallsOf("ChangeMessageVisibilityBatch") == 1 && site.Faults.CallsOf("DeleteMessageBatch") == 1, "both are settled");
        var receives = site.Faults.CallsOf("ReceiveMessage");
        await Eventually.TrueAsync(() => site.Faults.CallsOf("ReceiveMessage") >= receives + 2, "two more receives");
        (await site.Talk.LookAsync("q")).Hidden.ShouldBe(["bad"]);
        site.Faults.CallsOf("ChangeMessageVisibilityBatch").ShouldBe(1);
    }

    [Fact]
    public void An_abandoned_message_waits_longer_each_time_up_to_a_minute()
    {
        var random = new Random(3);
        foreach (var (attempt, most) in new[] { (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (1000, 60) })
        {
            for (var i = 0; i < 100; i++)
                RetryDelays.Abandoned(attempt, random).ShouldBeInRange(Math.Max(1, most / 2), most);
        }

        RetryDelays.Rejected(1).ShouldBe(30);
        RetryDelays.Rejected(9).ShouldBe(900);
    }

    private static ValueTask RejectBad(Delivery delivery) => delivery.Body.Span.SequenceEqual("bad"u8)
        ? delivery.RejectAsync(new Refusal(RefusalReason.Malformed, "never"), CancellationToken.None)
        : Listener.Complete(delivery);
}
