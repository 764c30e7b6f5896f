using System.Diagnostics;

namespace Towncrier.Providers.Contract;

/// <summary>What happens when the link to the broker fails.</summary>
public sealed class Links
{
    // What the harness promises, and the pauses between tries.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [Theory]
    [MemberData(nameof(Kinds.Linked), MemberType = typeof(Kinds))]
    public async Task After_a_cut_the_next_call_connects_again(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        await stage.SendAsync("before");
        await stage.Listener.ReceivedAsync(1);
        stage.Link.Cut();
        await stage.Listener.ConnectedAsync(2);
        await stage.SendAsync("after");
        await stage.Listener.ReceivedAsync(2);
        stage.Names.ShouldBe(["before", "after"]);
        stage.Listener.Failures.ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds.Linked), MemberType = typeof(Kinds))]
    public async Task While_the_broker_cannot_be_reached_each_call_fails_and_says_where(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        stage.Link.Refuse();
        await stage.Listener.FailedAsync(3);
        stage.Listener.Failures.Last().ShouldContain($"{stage.Link.Port}");
        stage.Link.Restore();
        await stage.Listener.ConnectedAsync(2);
    }

    [Theory]
    [MemberData(nameof(Kinds.Linked), MemberType = typeof(Kinds))]
    public async Task A_half_open_link_is_noticed(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        stage.Link.Freeze();
        var frozen = Stopwatch.GetTimestamp();
        await stage.Listener.FailedAsync(1, Soon);
        stage.Link.Cut();
        stage.Link.Thaw();
        await stage.Listener.ConnectedAsync(2);
        Stopwatch.GetElapsedTime(frozen).ShouldBeLessThan(2 * Soon);
        await stage.SendAsync("after");
        await stage.Listener.ReceivedAsync(1);
    }

    [Theory]
    [MemberData(nameof(Kinds.Replaying), MemberType = typeof(Kinds))]
    public async Task What_is_sent_while_the_link_is_down_arrives_and_there_is_no_gap(string kind)
    {
        await using var stage = await Stage.SetAsync(kind);
        await stage.SendAsync("1");
        await stage.Listener.ReceivedAsync(1);
        stage.Link.Refuse();
        await stage.Listener.FailedAsync(1);
        await stage.SendAsync("2", "3");
        stage.Link.Restore();
        await stage.Listener.ReceivedAsync(3);
        stage.Names.Order().ShouldBe(["1", "2", "3"]);
        stage.Listener.Gaps.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds.Losing), MemberType = typeof(Kinds))]
    public async Task What_may_be_lost_is_told_before_the_channel_is_connected_again(string kind)
    {
        var before = DateTimeOffset.UtcNow;
        await using var stage = await Stage.SetAsync(kind);
        await stage.SendAsync("1");
        await stage.Listener.ReceivedAsync(1);
        stage.Link.Refuse();
        await stage.Listener.FailedAsync(1);
        await stage.SendAsync("lost");
        var sent = DateTimeOffset.UtcNow;
        stage.Link.Restore();
        await stage.Listener.ConnectedAsync(2);
        await stage.SendAsync("2");
        await stage.Listener.ReceivedAsync(2);
        stage.Listener.Story.Select(word => word[0] == '{' ? Stage.NameOf(word) : word).ShouldBe(["connected", "1", "gap", "connected", "2"]);
        var gap = stage.Listener.Gaps.Single();
        gap.Channel.ShouldBe(stage.Listener.Source.Channels.Single());
        gap.Since!.Value.ShouldBeInRange(before, sent);
        gap.Until.ShouldBeGreaterThanOrEqualTo(sent);
    }

    [Theory]
    [MemberData(nameof(Kinds.Linked), MemberType = typeof(Kinds))]
    public async Task What_is_not_settled_when_the_link_fails_is_not_lost(string kind)
    {
        Delivery? held = null;
        await using var stage = await Stage.SetAsync(kind, delivery =>
        {
            if (held is not null) return Listener.Complete(delivery);
            held = delivery;
            return ValueTask.CompletedTask;
        });
        await stage.SendAsync("held");
        await stage.Listener.ReceivedAsync(1);
        stage.Link.Refuse(); // a link that is only cut need not fail: of several connections one may go on
        await stage.Listener.FailedAsync(1);
        stage.Link.Restore();
        await stage.Listener.ConnectedAsync(2);
        await held!.AbandonAsync("not yet", CancellationToken.None);
        await Eventually.TrueAsync(() => stage.Names.Count() >= 2, "it comes again");
        stage.Names.Distinct().ShouldBe(["held"]);
    }
}
