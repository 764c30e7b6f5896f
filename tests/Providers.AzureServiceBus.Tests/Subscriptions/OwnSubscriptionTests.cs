using System.Collections.Concurrent;

namespace Towncrier.Providers.AzureServiceBus.Tests.Subscriptions;

/// <summary>The subscription that an agent makes.</summary>
public class OwnSubscriptionTests
{
    private const string Name = "www-host";

    [Fact]
    public async Task It_is_made_as_documented_and_its_start_is_a_gap()
    {
        await using var site = await Site.BareAsync();
        site.Azure.Send("t", "before");
        await using var listener = await Listener.ConnectAsync(site.Source(site.Auto with { Lock = TimeSpan.FromSeconds(45), MostDeliveries = 7, Retention = TimeSpan.FromDays(2) }));
        site.Azure.SettingsOf("t", Name).ShouldBe(new SubscriptionSettings
        {
            LockDuration = TimeSpan.FromSeconds(45),
            DefaultMessageTimeToLive = TimeSpan.FromDays(2),
            MaxDeliveryCount = 7,
            AutoDeleteOnIdle = TimeSpan.FromDays(2),
            DeadLetteringOnMessageExpiration = false,
            UserMetadata = "towncrier agent; fleet www; host host",
        });
        listener.Gaps.ShouldHaveSingleItem().Reason.ShouldBe("the subscription was made just now, and what was published before is not in it");
        listener.Story.ShouldBe(["gap", "connected"]);
        site.Azure.Send("t", "after");
        await listener.ReceivedAsync(1);
        await site.EmptiesAsync(Name);
    }

    [Fact]
    public async Task A_restart_finds_it_again_and_is_no_gap_and_changes_nothing()
    {
        await using var site = await Site.BareAsync();
        ConcurrentDictionary<string, string> positions;
        await using (var first = await Listener.ConnectAsync(site.Source(site.Auto))) positions = new(first.Positions);
        var writes = Writes(site);
        await site.IdlesAsync();
        site.Azure.Send("t", "meanwhile");
        await using var listener = await Listener.ConnectAsync(site.Source(site.Auto), positions);
        await listener.ReceivedAsync(1);
        listener.Gaps.ShouldBeEmpty();
        Writes(site).ShouldBe(writes);
    }

    [Fact]
    public async Task A_memory_that_was_lost_is_a_gap()
    {
        await using var site = await Site.BareAsync();
        await using (await Listener.ConnectAsync(site.Source(site.Auto))) site.Azure.Subscriptions("t").ShouldBe([Name]);
        await using var listener = await Listener.ConnectAsync(site.Source(site.Auto));
        listener.Gaps.ShouldHaveSingleItem().Reason.ShouldContain("nothing is known of when this host's subscription was read last");
    }

    [Fact]
    public async Task Deleted_under_the_agent_it_is_made_again_and_told_as_a_gap()
    {
        await using var site = await Site.BareAsync();
        await using var listener = await Listener.ConnectAsync(site.Source(site.Auto));
        site.Azure.DeleteSubscription("t", Name).ShouldBeTrue();
        await listener.ConnectedAsync(2);
        site.Azure.Send("t", "after");
        await listener.ReceivedAsync(1);
        listener.Gaps.Count.ShouldBe(2);
        listener.Gaps.Last().Since.ShouldNotBeNull();
        listener.Failures.First().ShouldContain("t/subscriptions/www-host");
        await site.EmptiesAsync(Name);
    }

    [Fact]
    public async Task One_that_was_made_anew_while_the_agent_was_away_is_a_gap()
    {
        await using var site = await Site.BareAsync();
        ConcurrentDictionary<string, string> positions;
        await using (var first = await Listener.ConnectAsync(site.Source(site.Auto))) positions = new(first.Positions);
        site.Azure.DeleteSubscription("t", Name);
        site.Azure.Advance(TimeSpan.FromSeconds(5));
        await using (await Listener.ConnectAsync(site.Source(site.Auto))) site.Azure.Subscriptions("t").ShouldBe([Name]);
        await using var listener = await Listener.ConnectAsync(site.Source(site.Auto), positions);
        listener.Gaps.ShouldHaveSingleItem().Reason.ShouldContain("made anew");
    }

    [Fact]
    public async Task A_filter_is_there_from_the_start_and_replaces_the_default_rule()
    {
        await using var site = await Site.BareAsync();
        await using var publisher = site.Publisher();
        await using var listener = await Listener.ConnectAsync(site.Source(site.Auto with { Filter = "towncrier_command = 'xkey' AND towncrier_host IN ('www.example.org', 'b')" }));
        foreach (var message in (string[])["""{"command":"xkey","host":"www.example.org","value":["1"]}""", """{"command":"xkey","host":"c","value":["2"]}""", """{"command":"purge","host":"b","value":["3"]}""", """{"command":"xkey","host":"b","value":["4"]}"""])
            await publisher.PublishAsync(System.Text.Encoding.UTF8.GetBytes(message), TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(2);
        site.Azure.Count("t", Name).Active.ShouldBe(0);
        site.Azure.Requests.ShouldNotContain(request => request.Method == "PUT" && request.Path.Contains("/rules/"), "nothing else could come in between");
        listener.Bodies.Select(body => body[^4]).ShouldBe(['1', '4'], ignoreOrder: true);
    }

    [Fact]
    public async Task Another_configuration_puts_filter_and_settings_right_and_is_no_gap()
    {
        await using var site = await Site.BareAsync();
        ConcurrentDictionary<string, string> positions;
        await using (var first = await Listener.ConnectAsync(site.Source(site.Auto with { Filter = "sys.Label = 'xkey'" }))) positions = new(first.Positions);
        site.Azure.Send("t", "dropped", "purge");
        await using (var second = await Listener.ConnectAsync(site.Source(site.Auto with { Filter = "sys.Label = 'purge'", MostDeliveries = 3 }), positions))
        {
            site.Azure.SettingsOf("t", Name).MaxDeliveryCount.ShouldBe(3);
            site.Azure.Send("t", "dropped too", "xkey");
            site.Azure.Send("t", "taken", "purge");
            await second.ReceivedAsync(1);
            second.Bodies.ShouldBe(["taken"]);
            second.Gaps.ShouldBeEmpty();
        }

        await using var third = await Listener.ConnectAsync(site.Source(site.Auto), positions);
        site.Azure.Send("t", "anything", "xkey");
        await third.ReceivedAsync(1);
        third.Bodies.ShouldBe(["anything"]);
    }

    [Fact]
    public async Task A_filter_that_is_no_sql_is_told()
    {
        await using var site = await Site.BareAsync();
        await using var listener = Listener.Start(site.Source(site.Auto with { Filter = "towncrier_host == " }));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("make t/subscriptions/www-host");
        listener.Failures.First().ShouldContain("(400)");
        site.Azure.Subscriptions("t").ShouldBeEmpty();
    }

    [Fact]
    public async Task Hosts_that_start_at_the_same_time_get_one_each_and_two_of_one_name_share_theirs()
    {
        await using var site = await Site.BareAsync();
        var listeners = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Listener.ConnectAsync(site.Source(site.Auto with { Host = $"host{i / 2}" }))));
        site.Azure.Subscriptions("t").ShouldBe(["www-host0", "www-host1", "www-host2"]);
        site.Azure.Send("t", "m");
        await Eventually.TrueAsync(() => listeners.Sum(listener => listener.Bodies.Count) == 3, "each subscription's is delivered once");
        foreach (var listener in listeners) await listener.DisposeAsync();
    }

    [Fact]
    public async Task Somebody_elses_subscription_of_that_name_is_left_alone()
    {
        await using var site = await Site.BareAsync();
        site.Azure.CreateSubscription("t", Name);
        await using (var listener = Listener.Start(site.Source(site.Auto)))
        {
            await listener.FailedAsync(1);
            listener.Failures.First().ShouldContain("was not made by an agent");
        }

        site.Azure.DeleteSubscription("t", Name);
        await using (await Listener.ConnectAsync(site.Source(site.Auto with { Host = "HOST" }))) site.Azure.Subscriptions("t").Count.ShouldBe(1);
        await using var other = Listener.Start(site.Source(site.Auto));
        await other.FailedAsync(1);
        other.Failures.First().ShouldContain("belongs to another host");
    }

    [Fact]
    public async Task Without_the_claim_Manage_it_is_told_what_is_needed()
    {
        await using var site = await Site.BareAsync();
        var key = site.Azure.AddKey("Listen", ServiceBusRights.Listen);
        var address = Site.AddressOf($"Endpoint=http://127.0.0.1:{site.Azure.Port}/;SharedAccessKeyName=Listen;SharedAccessKey={key}");
        await using var listener = Listener.Start(site.Source(site.Auto with { Address = address }));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("give the shared access policy Listen the claim Manage");
    }

    [Fact]
    public async Task A_host_that_leaves_removes_its_own_and_no_others()
    {
        await using var site = await Site.BareAsync();
        await using (await Listener.ConnectAsync(site.Source(site.Auto))) site.Azure.CreateSubscription("t", "www-other");
        (await LeaveAsync(site.Auto)).ShouldBe(("t/www-host", true));
        (await LeaveAsync(site.Auto)).ShouldBe(("t/www-host", false));
        site.Azure.Subscriptions("t").ShouldBe(["www-other"]);
        (await Should.ThrowAsync<IOException>(LeaveAsync(site.Auto with { Host = "other" }))).Message.ShouldContain("it is left alone");
        site.Azure.Subscriptions("t").ShouldBe(["www-other"]);
    }

    [Fact]
    public async Task It_goes_by_itself_when_nobody_reads_it_for_as_long_as_it_keeps_messages()
    {
        await using var site = await Site.BareAsync();
        await using (await Listener.ConnectAsync(site.Source(site.Auto with { Retention = TimeSpan.FromMinutes(5) }))) site.Azure.Subscriptions("t").ShouldBe([Name]);
        await site.IdlesAsync();
        site.Azure.Advance(TimeSpan.FromMinutes(4));
        site.Azure.Subscriptions("t").ShouldBe([Name]);
        site.Azure.Advance(TimeSpan.FromMinutes(2));
        site.Azure.Subscriptions("t").ShouldBeEmpty();
    }

    private static int Writes(Site site) => site.Azure.Requests.Count(request => request is { Operation: ServiceBusOperation.Manage, Method: "PUT" });

    private static Task<(string Name, bool WasThere)> LeaveAsync(AzureServiceBusSourceOptions options) =>
        AzureServiceBusFleet.LeaveAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
}
