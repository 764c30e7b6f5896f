using System.Collections.Concurrent;
using System.Globalization;
using Towncrier.Providers.Aws.Queues;

namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>When messages may be missing.</summary>
public class GapTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly OpenedQueue Queue = new("u", "a", TimeSpan.FromHours(2), true, IsNew: false, Now.AddDays(-30));

    [Fact]
    public async Task An_absence_longer_than_the_queue_keeps_messages_is_a_gap()
    {
        await using var site = await Site.StartAsync(("MessageRetentionPeriod", "3600"));
        var last = DateTimeOffset.UtcNow.AddHours(-5);
        var positions = new ConcurrentDictionary<string, string> { ["aws:q"] = new SeenPosition(last, null).ToString() };
        await using var listener = await Listener.ConnectAsync(site.Source(), positions);
        var gap = listener.Gaps.Single();
        gap.Since!.Value.ShouldBe(last, TimeSpan.FromMilliseconds(1));
        gap.Until.ShouldBe(DateTimeOffset.UtcNow.AddMinutes(-59), TimeSpan.FromSeconds(30));
        gap.Reason.ShouldContain("5 h");
        listener.Story.ShouldBe(["gap", "connected"]);
        SeenPosition.TryParse(listener.Positions["aws:q"], out var kept).ShouldBeTrue();
        kept.Received.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_queue_that_was_deleted_fails_the_reader_and_is_a_gap_when_it_was_made_anew()
    {
        await using var site = await Site.StartAsync();
        var made = (await site.Talk.QueueAttributesAsync("q"))["CreatedTimestamp"];
        await using var listener = await Listener.ConnectAsync(site.Source());
        await site.Talk.DeleteQueueAsync("q");
        await listener.FailedAsync(2);
        // Made once: of several the reader might open one and receive from the next, which SQS keeps apart by a minute.
        await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > long.Parse(made, CultureInfo.InvariantCulture), "it is made in another second");
        await site.Talk.CreateQueueAsync("q");
        await site.Talk.SendAsync("q", "after");
        await listener.ReceivedAsync(1);
        listener.Gaps.Last().Reason.ShouldContain("made anew");
        listener.Story.TakeLast(3).ShouldBe(["gap", "connected", "after"]);
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_told_by_its_name()
    {
        await using var site = await Site.BareAsync();
        await using var listener = Listener.Start(site.Source());
        await listener.FailedAsync(2);
        listener.Failures.First().ShouldContain("q");
        listener.Failures.First().ShouldContain("NonExistentQueue");
        listener.Connects.ShouldBeEmpty();
    }

    [Fact]
    public void A_new_queue_is_a_gap_from_what_was_read_last()
    {
        SeenPosition.GapOf(null, (Queue with { IsNew = true }).Kept, isOurs: false, "l", Now)!.Since.ShouldBeNull();
        SeenPosition.GapOf(new SeenPosition(Now.AddHours(-1), null), (Queue with { IsNew = true }).Kept, isOurs: false, "l", Now)!.Since.ShouldBe(Now.AddHours(-1));
    }

    [Fact]
    public void A_first_start_and_a_short_absence_are_no_gaps()
    {
        SeenPosition.GapOf(null, Queue.Kept, isOurs: false, "l", Now).ShouldBeNull();
        SeenPosition.GapOf(new SeenPosition(Now.AddHours(-1.9), Queue.Made), Queue.Kept, isOurs: false, "l", Now).ShouldBeNull();
        SeenPosition.GapOf(new SeenPosition(Now.AddHours(-1.9), Queue.Made), (Queue with { Made = null, Retention = null }).Kept, isOurs: false, "l", Now).ShouldBeNull();
        SeenPosition.GapOf(new SeenPosition(Now.AddDays(-4.1), Queue.Made), (Queue with { Made = null, Retention = null }).Kept, isOurs: false, "l", Now).ShouldNotBeNull();
    }

    [Fact]
    public void A_queue_of_ours_of_which_nothing_is_known_is_a_gap() =>
        SeenPosition.GapOf(null, Queue.Kept, isOurs: true, "l", Now)!.Until.ShouldBe(Now);

    [Theory]
    [InlineData("1760000000123")]
    [InlineData("1760000000123 1750000000")]
    public void A_position_is_read_as_it_was_written(string text)
    {
        SeenPosition.TryParse(text, out var position).ShouldBeTrue();
        position.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1 2 3")]
    [InlineData("999999999999999999")]
    [InlineData("99999999999999999999999")]
    public void What_is_no_position_is_none(string? text) => SeenPosition.TryParse(text, out _).ShouldBeFalse();
}
