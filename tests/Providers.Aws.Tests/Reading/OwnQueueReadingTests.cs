using System.Collections.Concurrent;

namespace Towncrier.Providers.Aws.Tests.Reading;

/// <summary>Reading the queue that the host makes for itself.</summary>
public class OwnQueueReadingTests
{
    private const string Queue = "towncrier-www-web-1";

    [Fact]
    public async Task The_queue_is_there_and_subscribed_when_the_source_is_connected_and_that_it_is_new_is_a_gap()
    {
        await using var site = await Site.BareAsync();
        var options = await OptionsAsync(site);
        await using var listener = await Listener.ConnectAsync(site.Source(options));
        listener.Source.Channels.ShouldBe(["aws:" + Queue]);
        await site.Talk.PublishAsync("t", "hello");
        await listener.ReceivedAsync(1);
        listener.Story.ShouldBe(["gap", "connected", "hello"]);
        listener.Gaps.Single().Since.ShouldBeNull();
    }

    [Fact]
    public async Task A_restart_is_no_gap_and_what_was_published_meanwhile_is_there()
    {
        await using var site = await Site.BareAsync();
        var options = await OptionsAsync(site);
        await using var first = await Listener.ConnectAsync(site.Source(options));
        await first.StopAsync();
        await site.Talk.PublishAsync("t", "meanwhile");
        await using var second = await Listener.ConnectAsync(site.Source(options), new ConcurrentDictionary<string, string>(first.Positions));
        await second.ReceivedAsync(1);
        second.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_queue_that_is_deleted_under_us_is_made_again_and_that_is_a_gap()
    {
        await using var site = await Site.BareAsync();
        var options = await OptionsAsync(site);
        await using var listener = await Listener.ConnectAsync(site.Source(options));
        await site.Talk.DeleteQueueAsync(Queue);
        await listener.ConnectedAsync(2);
        await site.Talk.PublishAsync("t", "after");
        await listener.ReceivedAsync(1);
        listener.Failures.ShouldNotBeEmpty();
        listener.Story.ShouldBe(["gap", "connected", "gap", "connected", "after"]);
        listener.Gaps.Last().Since.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_subscription_that_somebody_ended_is_noticed_by_the_next_heartbeat_made_again_and_told_as_a_gap()
    {
        await using var site = await Site.BareAsync();
        var options = await OptionsAsync(site) with { Beat = TimeSpan.FromMilliseconds(200) };
        await using var listener = await Listener.ConnectAsync(site.Source(options));
        var (_, arn) = (await site.Talk.SubscriptionsAsync("t")).ShouldHaveSingleItem();
        await site.Talk.SnsAsync("Unsubscribe", ("SubscriptionArn", arn));
        await listener.ConnectedAsync(2);
        await site.Talk.PublishAsync("t", "after");
        await listener.ReceivedAsync(1);
        listener.Failures.ShouldHaveSingleItem().ShouldContain("somebody ended the subscription");
        listener.Story.ShouldBe(["gap", "connected", "gap", "connected", "after"]);
    }

    private static async Task<AwsSourceOptions> OptionsAsync(Site site)
    {
        var options = site.Options with { Queue = null, Topic = await site.Talk.CreateTopicAsync("t"), Fleet = "www", Host = "web-1", Visibility = TimeSpan.FromSeconds(5) };
        options.Problems().ShouldBeEmpty();
        return options;
    }
}
