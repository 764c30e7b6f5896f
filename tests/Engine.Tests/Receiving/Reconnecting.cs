using Towncrier.Agent.Receiving;

namespace Towncrier.Engine.Tests.Receiving;

public sealed class Reconnecting
{
    [Fact]
    public void The_longest_wait_doubles_up_to_the_cap()
    {
        var policy = ReconnectPolicy.Default;
        int[] failures = [-1, 0, 1, 2, 3, 4, 5, 6, 100, int.MaxValue];
        failures.Select(n => policy.Longest(n).TotalMilliseconds).ShouldBe([0, 0, 100, 200, 400, 800, 1600, 2000, 2000, 2000]);
        var slow = new ReconnectPolicy(TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        slow.Longest(int.MaxValue).ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Waits_are_spread_over_all_of_it()
    {
        var backoff = new Backoff(ReconnectPolicy.Default);
        var random = new Random(1);
        backoff.NextDelay(random).ShouldBe(TimeSpan.Zero);
        for (var i = 0; i < 10; i++) backoff.MarkFailure();
        var waits = Enumerable.Range(0, 1000).Select(_ => backoff.NextDelay(random).TotalMilliseconds).ToList();
        waits.ShouldAllBe(ms => ms >= 0 && ms <= 2000);
        waits.Average().ShouldBeInRange(900, 1100);
        waits.Min().ShouldBeLessThan(50);
        waits.Max().ShouldBeGreaterThan(1950);
    }

    [Fact]
    public void A_success_begins_anew()
    {
        var backoff = new Backoff(ReconnectPolicy.Default);
        for (var i = 0; i < 3; i++) backoff.MarkFailure();
        backoff.Failures.ShouldBe(3);
        backoff.MarkSuccess();
        backoff.NextDelay(new Random(1)).ShouldBe(TimeSpan.Zero);
        backoff.MarkFailure();
        backoff.NextDelay(new Random(1)).ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Problems_are_all_listed()
    {
        ReconnectPolicy.Default.Problems().ShouldBeEmpty();
        new ReconnectPolicy(TimeSpan.Zero, TimeSpan.FromHours(2)).Problems().Count().ShouldBe(2);
        new DedupeOptions().Problems().ShouldBeEmpty();
        new DedupeOptions { MaxIds = 0, RememberFor = TimeSpan.Zero, MaxReports = -1, MaxReportBytes = -1 }.Problems().Count().ShouldBe(4);
        new Towncrier.Agent.Journaling.JournalOptions().Problems().ShouldBeEmpty();
    }
}
