namespace Towncrier.Providers.AzureServiceBus.Tests.Reading;

/// <summary>Messages while they are held, and when they come again.</summary>
public class HoldingTests
{
    [Fact]
    public async Task A_message_that_is_held_for_longer_than_its_lock_stays_locked()
    {
        await using var site = await Site.StartAsync(new SubscriptionSettings { LockDuration = TimeSpan.FromSeconds(4) });
        Delivery? held = null;
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery => Keep(delivery, out held));
        site.Azure.Send("t", "slow");
        await listener.ReceivedAsync(1);
        await Eventually.TrueAsync(() => site.CallsOf(ServiceBusOperation.Renew) >= 3, "its lock was renewed for longer than it is");
        site.Azure.Count("t", "s").Locked.ShouldBe(1);
        await Listener.Complete(held!);
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(1);
        site.CallsOf(ServiceBusOperation.Complete).ShouldBe(1);
    }

    [Fact]
    public async Task A_message_whose_lock_was_lost_while_it_is_held_is_delivered_once_and_completed_by_its_new_lock()
    {
        await using var site = await Site.StartAsync();
        Delivery? held = null;
        var source = site.Source();
        await using var listener = await Listener.ConnectAsync(source, null, delivery => Keep(delivery, out held));
        site.Azure.Send("t", "twice");
        await listener.ReceivedAsync(1);
        site.Azure.Advance(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => site.Azure.Requests.Count(request => request is { Operation: ServiceBusOperation.Receive, Status: 201 }) == 2, "it is received again");
        await Listener.Complete(held!);
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(1);
        source.LocksLost.ShouldBe(0);
    }

    [Fact]
    public async Task A_message_that_was_completed_too_late_is_completed_again_and_not_delivered()
    {
        await using var site = await Site.StartAsync();
        Delivery? held = null;
        var source = site.Source(site.Options with { Window = 10 });
        await using var listener = await Listener.ConnectAsync(source, null, delivery => Keep(delivery, out held));
        site.Azure.Send("t", "late");
        await listener.ReceivedAsync(1);
        await site.Azure.StopAsync();
        site.Azure.Advance(TimeSpan.FromMinutes(2)); // the lock ends while nobody can renew it
        await Listener.Complete(held!);
        await site.Azure.StartAgainAsync();
        await site.EmptiesAsync();
        source.LocksLost.ShouldBe(1);
        listener.Bodies.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_messages_of_one_message_id_are_two()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(site.Source());
        await using var publisher = site.Publisher();
        foreach (var body in (string[])["""{"id":"same","value":["/1"]}""", """{"id":"same","value":["/2"]}"""])
            await publisher.PublishAsync(System.Text.Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(2);
        listener.Bodies.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task No_more_is_received_than_there_is_room_for()
    {
        await using var site = await Site.StartAsync();
        for (var i = 0; i < 50; i++) site.Azure.Send("t", $"m{i}");
        var most = 0;
        using var gate = new SemaphoreSlim(0);
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Window = 12, Pollers = 3 }), null, async delivery =>
        {
            await gate.WaitAsync(TestContext.Current.CancellationToken);
            most = Math.Max(most, site.Azure.Count("t", "s").Locked);
            await Listener.Complete(delivery);
        });
        await Eventually.TrueAsync(() => site.Azure.Count("t", "s").Locked == 12, "the window is full");
        gate.Release(50);
        await listener.ReceivedAsync(50);
        most.ShouldBe(12);
        await site.EmptiesAsync();
    }

    [Fact]
    public async Task What_was_not_delivered_or_waits_for_its_next_try_at_the_end_is_there_for_the_next_start_at_once()
    {
        await using var site = await Site.StartAsync();
        for (var i = 0; i < 10; i++) site.Azure.Send("t", $"m{i}");
        using var gate = new SemaphoreSlim(0);
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
            delivery.Body.Span.SequenceEqual("m0"u8) ? delivery.AbandonAsync("later", TestContext.Current.CancellationToken) : new ValueTask(gate.WaitAsync(TestContext.Current.CancellationToken)));
        await Eventually.TrueAsync(() => site.Azure.Count("t", "s").Locked == 10 && listener.Bodies.Count >= 1, "all are received");
        await listener.StopAsync();
        site.Azure.Count("t", "s").ShouldBe(new MessageCounts(Active: 9, Locked: 1, DeadLettered: 0, Scheduled: 0));
    }

    [Fact]
    public async Task What_is_completed_after_the_end_is_completed_before_the_completion_returns()
    {
        await using var site = await Site.StartAsync();
        Delivery? held = null;
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery => Keep(delivery, out held));
        site.Azure.Send("t", "last");
        await listener.ReceivedAsync(1);
        await listener.StopAsync();
        await Listener.Complete(held!);
        site.Azure.Count("t", "s").ShouldBe(default);
    }

    [Fact]
    public async Task An_abandoned_message_waits_here_and_does_not_go_round_at_once()
    {
        await using var site = await Site.StartAsync();
        var attempts = 0;
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
            delivery.Body.Span.SequenceEqual("good"u8) ? Listener.Complete(delivery)
            : delivery.Attempt != ++attempts ? throw new InvalidOperationException("out of count")
            : delivery.AbandonAsync("not now", TestContext.Current.CancellationToken));
        site.Azure.Send("t", "bad");
        await listener.ReceivedAsync(1);
        for (var i = 0; i < 100; i++) site.Azure.Send("t", "good");
        await listener.ReceivedAsync(101);
        attempts.ShouldBeLessThanOrEqualTo(2, "it waits a second");
        await Eventually.TrueAsync(() => attempts == 3, "it comes again");
    }

    [Fact]
    public async Task A_window_that_is_half_full_of_abandoned_messages_still_lets_others_through()
    {
        await using var site = await Site.StartAsync();
        for (var i = 0; i < 40; i++) site.Azure.Send("t", "bad");
        site.Azure.Send("t", "good");
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Window = 10 }), null, delivery =>
            delivery.Body.Span.SequenceEqual("good"u8) ? Listener.Complete(delivery) : delivery.AbandonAsync("not now", TestContext.Current.CancellationToken));
        await Eventually.TrueAsync(() => listener.Bodies.Contains("good"), "it came", TimeSpan.FromSeconds(5));
    }

    private static ValueTask Keep(Delivery delivery, out Delivery held)
    {
        held = delivery;
        return ValueTask.CompletedTask;
    }
}
