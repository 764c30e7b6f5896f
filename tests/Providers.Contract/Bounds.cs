using System.Diagnostics;

namespace Towncrier.Providers.Contract;

/// <summary>Slow readers, and endings.</summary>
public sealed class Bounds
{
    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task A_reader_that_stops_holds_memory_bounded_and_gets_the_rest_when_it_goes_on(string kind)
    {
        const int Count = 400;
        using var gate = new SemaphoreSlim(0);
        await using var stage = await Stage.SetAsync(kind, async delivery =>
        {
            await gate.WaitAsync(TestContext.Current.CancellationToken);
            await Listener.Complete(delivery);
        });
        var message = Stage.Message("m", padding: 200_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sending = Enumerable.Range(0, Count).Select(_ => stage.SendRawAsync(message)).ToList();
        var held = Kinds.ClaimsOf(kind).MostHeld;
        await Eventually.TrueAsync(() => sending.Count(task => task.IsCompleted) >= Count - held, "the broker took them, or told the senders");
        await stage.Listener.ReceivedAsync(1);
        var elsewhere = stage.BrokerBytes;
        var used = GC.GetTotalMemory(forceFullCollection: true) - before - elsewhere;
        used.ShouldBeLessThan(24 * 1024 * 1024, "of 80 MB");
        gate.Release(Count);
        var taken = (await Task.WhenAll(sending)).Count(isTaken => isTaken);
        await stage.Listener.ReceivedAsync(taken);
        stage.Listener.Bodies.Count.ShouldBe(taken);
        taken.ShouldBeGreaterThan(0);
        stage.Listener.Gaps.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds.All), MemberType = typeof(Kinds))]
    public async Task Cancelled_while_idle_it_ends_at_once(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        await EndsAtOnceAsync(stage.Listener);
        stage.Listener.Failures.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds.Linked), MemberType = typeof(Kinds))]
    public async Task Cancelled_while_the_link_is_frozen_it_ends_at_once(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        stage.Link.Freeze();
        await EndsAtOnceAsync(stage.Listener);
    }

    [Theory]
    [MemberData(nameof(Kinds.Linked), MemberType = typeof(Kinds))]
    public async Task Cancelled_with_deliveries_unread_it_ends_at_once(string kind)
    {
        using var gate = new SemaphoreSlim(0);
        await using var stage = await Stage.SetAsync(kind, delivery => new ValueTask(gate.WaitAsync(TestContext.Current.CancellationToken)));
        for (var i = 0; i < 20; i++) await stage.SendRawAsync(Stage.Message("m", padding: 200_000));
        await stage.Listener.ReceivedAsync(1);
        var ending = EndsAtOnceAsync(stage.Listener);
        gate.Release();
        await ending;
        stage.Listener.Bodies.Count.ShouldBe(1);
    }

    private static async Task EndsAtOnceAsync(Listener listener)
    {
        var start = Stopwatch.GetTimestamp();
        await listener.StopAsync();
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }
}
