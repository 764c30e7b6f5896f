using Towncrier.Providers.Redis.Reading;

namespace Towncrier.Providers.Redis.Tests;

public sealed class RetryTests
{
    [Theory]
    [InlineData(1, 50, 100)]
    [InlineData(2, 100, 200)]
    [InlineData(5, 800, 1600)]
    [InlineData(9, 12_800, 25_600)]
    [InlineData(10, 15_000, 30_000)]
    [InlineData(int.MaxValue, 15_000, 30_000)]
    public void The_pause_doubles_up_to_its_cap_and_is_spread(int attempts, int least, int most)
    {
        var random = new Random(1);
        var pauses = Enumerable.Range(0, 1000).Select(_ => RetryPolicy.DelayAfter(attempts, random).TotalMilliseconds).ToList();
        pauses.Min().ShouldBeInRange(least, least * 1.1);
        pauses.Max().ShouldBeInRange(most * 0.9, most);
    }

    [Fact]
    public async Task What_is_to_come_again_comes_when_its_pause_is_over_and_ahead_of_the_rest()
    {
        var clock = new JumpingClock();
        var outbox = new Outbox(clock, new Random(1));
        var keeper = new Kept();
        outbox.Add(new Message(keeper, "l", "a"u8.ToArray()));
        outbox.TryTake(out var first).ShouldBeTrue();
        outbox.Add(new Message(keeper, "l", "b"u8.ToArray()));
        outbox.Add(new Message(keeper, "l", "c"u8.ToArray()));
        await first!.AbandonAsync("", CancellationToken.None);
        outbox.TryTake(out var second).ShouldBeTrue();
        second!.Body.ToArray().ShouldBe("b"u8.ToArray());
        clock.Jump(TimeSpan.FromMilliseconds(200));
        outbox.TryTake(out var again).ShouldBeTrue();
        (again!.Attempt, again.Body.ToArray()[0]).ShouldBe((2, (byte)'a'));
        await again.CompleteAsync(new InvalidationReport { Id = "1", State = InvalidationState.Applied }, CancellationToken.None);
        await first.AbandonAsync("too late", CancellationToken.None);
        keeper.Settled.ShouldHaveSingleItem().Body.Length.ShouldBe(0);
        clock.Jump(TimeSpan.FromMinutes(1));
        outbox.TryTake(out var third).ShouldBeTrue();
        third!.Body.ToArray().ShouldBe("c"u8.ToArray());
        outbox.TryTake(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Waiting_ends_when_something_is_there_or_due()
    {
        var outbox = new Outbox(TimeProvider.System, new Random(1));
        var waiting = outbox.WaitAsync(TestContext.Current.CancellationToken);
        waiting.IsCompleted.ShouldBeFalse();
        outbox.Add(new Message(new Kept(), "l", default));
        await waiting.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        outbox.TryTake(out var delivery).ShouldBeTrue();
        await delivery!.AbandonAsync("", CancellationToken.None);
        while (!outbox.TryTake(out _)) await outbox.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
    }

    private sealed class Kept : IKeeper
    {
        public List<Message> Settled { get; } = [];

        public void Settle(Message message) => Settled.Add(message);
    }
}
