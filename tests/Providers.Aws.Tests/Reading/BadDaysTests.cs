using System.Collections.Concurrent;
using System.Text;

namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>AWS on a bad day.</summary>
public class BadDaysTests
{
    [Fact]
    public async Task Of_thousands_of_messages_none_is_lost_when_five_calls_of_a_hundred_fail()
    {
        var count = Scale.Of(20_000);
        await using var site = await Site.BareAsync(new Random(20));
        await site.Talk.CreateQueueAsync("q");
        site.Faults.Rate = 0.05;
        site.Faults.Delay = TimeSpan.FromMilliseconds(50);
        var applied = new ConcurrentDictionary<string, int>();
        var options = site.Options with { Loops = 4, Visibility = TimeSpan.FromSeconds(5) };
        var source = site.Source(options);
        await using var listener = await Listener.ConnectAsync(source, null, delivery =>
        {
            applied.AddOrUpdate(Encoding.UTF8.GetString(delivery.Body.Span), 1, (_, times) => times + 1);
            return Listener.Complete(delivery);
        });
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Chunk(10),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
            async (batch, _) => await site.Talk.SendAsync("q", batch.Select(i => $"m{i}")));
        await Eventually.TrueAsync(() => applied.Count == count, "all are applied", TimeSpan.FromSeconds(120));
        await Eventually.TrueAsync(() => site.IsEmptyAsync(), "and deleted", TimeSpan.FromSeconds(60));
        TestContext.Current.SendDiagnosticMessage("{0} faults, {1} deliveries, {2} reconnects", site.Faults.Injected, listener.Bodies.Count, listener.Failures.Count);
        applied.Values.Max().ShouldBe(1); // what came again was known
        site.Faults.Injected.ShouldBeGreaterThan(count / 200);
        listener.Gaps.ShouldBeEmpty();
        await listener.StopAsync();
        source.CheckIntegrity();
    }

    [Fact]
    public async Task One_loop_of_two_that_fails_does_not_end_the_reading()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Loops = 2 }));
        site.Faults.Next("ReceiveMessage", Fault.ResetBefore);
        await Eventually.TrueAsync(() => site.Faults.InjectedOf(Fault.ResetBefore) == 1, "a receive is reset");
        await site.Talk.SendAsync("q", "after");
        await listener.ReceivedAsync(1);
        listener.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receive_that_is_denied_fails_before_the_source_says_it_is_connected()
    {
        await using var site = await Site.StartAsync();
        site.Faults.Always("ReceiveMessage", Fault.Denied);
        await using var listener = Listener.Start(site.Source(site.Options with { Loops = 2 }));
        await listener.FailedAsync(2);
        listener.Connects.ShouldBeEmpty();
        listener.Failures.First().ShouldContain("sqs:ReceiveMessage");
        site.Faults.Always("ReceiveMessage", Fault.None);
        await listener.ConnectedAsync(1);
    }

    [Fact]
    public async Task A_delete_that_is_denied_is_told_and_made_good_when_it_is_allowed()
    {
        await using var site = await Site.StartAsync();
        site.Faults.Always("DeleteMessageBatch", Fault.Denied);
        await using var listener = await Listener.ConnectAsync(site.Source());
        await site.Talk.SendAsync("q", "once");
        await listener.FailedAsync(2);
        listener.Failures.Last().ShouldContain("sqs:DeleteMessage");
        site.Faults.Always("DeleteMessageBatch", Fault.None);
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public async Task A_clock_that_is_hours_off_is_made_good(int hours)
    {
        await using var site = await Site.StartAsync();
        site.Faults.Skew = TimeSpan.FromHours(hours);
        await using var listener = await Listener.ConnectAsync(site.Source());
        await site.Talk.SendAsync("q", "hello");
        await listener.ReceivedAsync(1);
        listener.Failures.ShouldBeEmpty();
        site.Faults.InjectedOf(Fault.Skewed).ShouldBe(1);
    }
}
