namespace Towncrier.Providers.AzureServiceBus.Tests.Reading;

/// <summary>Messages that will never be applied.</summary>
public class PoisonTests
{
    private static readonly Refusal Never = new(RefusalReason.Malformed, "never");

    [Fact]
    public async Task Poison_is_delivered_once_and_ends_in_the_dead_letters_and_holds_up_nobody()
    {
        await using var site = await Site.StartAsync(new SubscriptionSettings { MaxDeliveryCount = 5 });
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
            delivery.Body.Span.StartsWith("bad"u8) ? delivery.RejectAsync(Never, TestContext.Current.CancellationToken) : Listener.Complete(delivery));
        site.Azure.Send("t", "bad 1");
        site.Azure.Send("t", "good 1");
        site.Azure.Send("t", "bad 2");
        site.Azure.Send("t", "good 2");
        await Eventually.TrueAsync(() => site.Azure.Count("t", "s") is { Active: 0, Locked: 0, DeadLettered: 2 }, "they are dead-lettered");
        listener.Bodies.Order(StringComparer.Ordinal).ShouldBe(["bad 1", "bad 2", "good 1", "good 2"]);
        site.Azure.PeekDeadLetters("t", "s").Order(StringComparer.Ordinal).ShouldBe(["bad 1", "bad 2"]);
        site.CallsOf(ServiceBusOperation.Abandon).ShouldBe(10, "five deliveries each");
    }

    [Fact]
    public async Task Where_very_many_deliveries_are_allowed_poison_comes_with_its_lock_and_does_not_spin()
    {
        await using var site = await Site.StartAsync(new SubscriptionSettings { MaxDeliveryCount = 1000 });
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Window = 10 }), null, delivery =>
            delivery.Body.Span.StartsWith("bad"u8) ? delivery.RejectAsync(Never, TestContext.Current.CancellationToken) : Listener.Complete(delivery));
        for (var i = 0; i < 15; i++) site.Azure.Send("t", $"bad {i}");
        await Eventually.TrueAsync(() => site.CallsOf(ServiceBusOperation.Abandon) == 15 * 20, "each was handed back twenty times");
        await Eventually.TrueAsync(() => site.Azure.Count("t", "s") is { Active: 0, Locked: 15 }, "and is left to its lock");
        site.Azure.Send("t", "good");
        await listener.ReceivedAsync(16);
        site.CallsOf(ServiceBusOperation.Abandon).ShouldBe(15 * 20);
    }

    [Fact]
    public async Task A_message_that_is_larger_than_we_take_is_refused_and_not_read()
    {
        await using var site = await Site.StartAsync(new SubscriptionSettings { MaxDeliveryCount = 2 });
        await using var listener = await Listener.ConnectAsync(site.Source());
        site.Azure.Send("t", new string('x', (4 * 1024 * 1024) + 1));
        site.Azure.Send("t", "good");
        await Eventually.TrueAsync(() => site.Azure.Count("t", "s") is { Active: 0, Locked: 0, DeadLettered: 1 }, "it is dead-lettered");
        listener.Bodies.ShouldBe(["good"]);
        listener.Refusals.ShouldHaveSingleItem().Refusal.Reason.ShouldBe(RefusalReason.Oversized);
    }
}
