using System.Text;

namespace Towncrier.Providers.AzureServiceBus.Tests.Publishing;

public class ReceiptsTests
{
    private static readonly InvalidationReport Done = new() { Id = "", State = InvalidationState.Applied };

    [Fact]
    public async Task What_is_completed_is_gone_and_the_rest_is_handed_back_when_the_reader_leaves()
    {
        await using var site = await Site.BareAsync();
        site.Azure.CreateQueue("answers");
        foreach (var body in (string[])["a", "b", "c"]) site.Azure.Send("answers", body);
        await foreach (var delivery in ReadAsync(site))
        {
            var body = Encoding.UTF8.GetString(delivery.Body.Span);
            if (body == "a") await delivery.CompleteAsync(Done, TestContext.Current.CancellationToken);
            else await delivery.AbandonAsync("another's", TestContext.Current.CancellationToken);
            if (body == "b") break;
        }

        site.Azure.Count("answers").ShouldBe(new MessageCounts(Active: 2, Locked: 0, DeadLettered: 0, Scheduled: 0));
        site.Azure.Peek("answers").ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task Behind_many_receipts_of_others_ones_own_is_found()
    {
        await using var site = await Site.BareAsync();
        site.Azure.CreateQueue("answers", new SubscriptionSettings { MaxDeliveryCount = 2000 });
        for (var i = 0; i < 150; i++) site.Azure.Send("answers", $"another's {i}");
        site.Azure.Send("answers", "ours");
        await foreach (var delivery in ReadAsync(site))
        {
            var isOurs = delivery.Body.Span.SequenceEqual("ours"u8);
            if (isOurs) await delivery.CompleteAsync(Done, TestContext.Current.CancellationToken);
            else await delivery.AbandonAsync("another's", TestContext.Current.CancellationToken);
            if (isOurs) break;
        }

        site.Azure.Count("answers").Active.ShouldBe(150, "what is another's is there for him");
    }

    [Fact]
    public async Task Two_who_read_at_the_same_time_both_get_theirs()
    {
        await using var site = await Site.BareAsync();
        site.Azure.CreateQueue("answers", new SubscriptionSettings { MaxDeliveryCount = 2000 });
        for (var i = 0; i < 40; i++) site.Azure.Send("answers", i % 2 == 0 ? "even" : "odd");
        await Task.WhenAll(TakeAsync(site, "even"), TakeAsync(site, "odd")).WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        site.Azure.Count("answers").ShouldBe(default);
    }

    private static async Task TakeAsync(Site site, string own)
    {
        var left = 20;
        await foreach (var delivery in ReadAsync(site))
        {
            var isOurs = Encoding.UTF8.GetString(delivery.Body.Span) == own;
            if (isOurs) await delivery.CompleteAsync(Done, TestContext.Current.CancellationToken);
            else await delivery.AbandonAsync("another's", TestContext.Current.CancellationToken);
            if (isOurs && --left == 0) return;
        }
    }

    private static IAsyncEnumerable<Delivery> ReadAsync(Site site) =>
        new AzureServiceBusReceipts(new AzureServiceBusPublisherOptions { Address = site.Address, Queue = "answers" }, TimeProvider.System, new Random(1))
            .ReadAsync(new NoContext(), TestContext.Current.CancellationToken);

    private sealed class NoContext : ISourceContext
    {
        public string? PositionOf(string channel) => null;

        public void Keep(string channel, string position)
        {
            // It has none.
        }

        public void Connected(string channel)
        {
            // Nobody waits for it here.
        }

        public ValueTask GapAsync(Gap gap, CancellationToken cancel) => ValueTask.CompletedTask;

        public void Refused(string channel, Refusal refusal) => throw new InvalidOperationException(refusal.ToString());
    }
}
