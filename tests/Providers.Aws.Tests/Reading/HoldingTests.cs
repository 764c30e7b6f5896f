namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>Messages while they are held, and when they come again.</summary>
public class HoldingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_message_that_is_held_for_longer_than_its_visibility_stays_hidden()
    {
        await using var site = await Site.StartAsync();
        Delivery? held = null;
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Visibility = Second }), null, delivery =>
        {
            held = delivery;
            return ValueTask.CompletedTask;
        });
        await site.Talk.SendAsync("q", "slow");
        await listener.ReceivedAsync(1);
        var receives = site.Faults.CallsOf("ReceiveMessage");
        await Eventually.TrueAsync(() => site.Faults.CallsOf("ReceiveMessage") >= receives + 4, "four long polls of a second");
        site.Faults.CallsOf("ChangeMessageVisibilityBatch").ShouldBeGreaterThan(3);
        (await site.Talk.LookAsync("q")).Hidden.ShouldBe(["slow"]);
        await Listener.Complete(held!);
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_that_SQS_hands_out_again_while_it_is_held_is_delivered_once_and_deleted()
    {
        await using var site = await Site.StartAsync();
        Delivery? held = null;
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
        {
            held = delivery;
            return ValueTask.CompletedTask;
        });
        await site.Talk.SendAsync("q", "twice");
        await listener.ReceivedAsync(1);
        await site.Talk.ShowHiddenAsync("q");
        await Eventually.TrueAsync(async () => (await site.Talk.LookAsync("q")).Hidden.Count == 1, "it is received again");
        await Listener.Complete(held!);
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_completed_message_that_comes_again_is_deleted_again_and_not_delivered()
    {
        await using var site = await Site.StartAsync();
        site.Faults.Delay = 3 * Second;
        site.Faults.Next("DeleteMessageBatch", Fault.Slow);
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Visibility = Second }));
        await site.Talk.SendAsync("q", "late");
        await listener.ReceivedAsync(1);
        await Eventually.TrueAsync(() => site.Faults.CallsOf("DeleteMessageBatch") >= 2, "it is deleted again");
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_more_is_received_than_there_is_room_for()
    {
        await using var site = await Site.StartAsync();
        for (var i = 0; i < 5; i++) await site.Talk.SendAsync("q", Enumerable.Range(0, 10).Select(j => $"m{i}{j}"));
        var most = 0;
        using var gate = new SemaphoreSlim(0);
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Window = 12, Loops = 3 }), null, async delivery =>
        {
            await gate.WaitAsync(TestContext.Current.CancellationToken);
            most = Math.Max(most, (await site.Talk.LookAsync("q")).Hidden.Count);
            await Listener.Complete(delivery);
        });
        await Eventually.TrueAsync(async () => (await site.Talk.LookAsync("q")).Hidden.Count == 12, "the window is full");
        gate.Release(50);
        await listener.ReceivedAsync(50);
        most.ShouldBe(12);
        await site.EmptiesAsync();
    }

    [Fact]
    public async Task Settlements_go_in_batches()
    {
        await using var site = await Site.StartAsync();
        for (var i = 0; i < 30; i++) await site.Talk.SendAsync("q", Enumerable.Range(0, 10).Select(j => $"m{i}-{j}"));
        await using var listener = await Listener.ConnectAsync(site.Source());
        await listener.ReceivedAsync(300);
        await site.EmptiesAsync();
        site.Faults.CallsOf("DeleteMessageBatch").ShouldBeInRange(30, 90);
        listener.Bodies.Distinct().Count().ShouldBe(300);
    }

    [Fact]
    public async Task What_was_not_delivered_at_the_end_is_there_for_the_next_start_at_once()
    {
        await using var site = await Site.StartAsync();
        await site.Talk.SendAsync("q", Enumerable.Range(0, 10).Select(i => $"m{i}"));
        using var gate = new SemaphoreSlim(0);
        await using var listener = await Listener.ConnectAsync(site.Source(), null, _ => new ValueTask(gate.WaitAsync(TestContext.Current.CancellationToken)));
        await Eventually.TrueAsync(async () => (await site.Talk.LookAsync("q")).Hidden.Count == 10, "all are received");
        await listener.StopAsync();
        var (ready, hidden) = await site.Talk.LookAsync("q");
        ready.Count.ShouldBe(9);
        hidden.ShouldBe(["m0"]);
    }

    [Fact]
    public async Task What_sqs_was_handing_out_at_the_end_is_there_for_the_next_start_at_once()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(site.Source());
        var stopping = new TaskCompletionSource();
        site.Faults.OnAnswer = call =>
        {
            if (call.Operation != "ReceiveMessage" || stopping.Task.IsCompleted || !site.Talk.LookAsync("q").GetAwaiter().GetResult().Hidden.Any()) return;
            _ = listener.StopAsync();
            stopping.TrySetResult();
        };
        await site.Talk.SendAsync("q", Enumerable.Range(0, 10).Select(i => $"m{i}"));
        await stopping.Task.WaitAsync(TestContext.Current.CancellationToken);
        await listener.StopAsync();
        var (ready, hidden) = await site.Talk.LookAsync("q");
        (ready.Count + listener.Bodies.Count, hidden.Count).ShouldBe((10, 0));
    }

    [Fact]
    public async Task What_is_completed_after_the_end_is_deleted_before_the_completion_returns()
    {
        await using var site = await Site.StartAsync();
        Delivery? held = null;
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
        {
            held = delivery;
            return ValueTask.CompletedTask;
        });
        await site.Talk.SendAsync("q", "last");
        await listener.ReceivedAsync(1);
        await listener.StopAsync();
        await Listener.Complete(held!);
        (await site.IsEmptyAsync()).ShouldBeTrue();
    }
}
