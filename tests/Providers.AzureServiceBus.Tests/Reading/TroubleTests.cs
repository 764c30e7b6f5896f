using System.Text;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Tests.Reading;

/// <summary>Bad days: keys, entities, connections and a broker that is away.</summary>
public class TroubleTests
{
    [Fact]
    public async Task A_key_that_was_changed_is_told_and_its_new_value_is_not()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(site.Source());
        var old = site.Azure.Key;
        site.Azure.RotateKey();
        await listener.FailedAsync(2);
        var said = listener.Failures.Last();
        said.ShouldContain("t/subscriptions/s");
        said.ShouldContain("InvalidSignature");
        said.ShouldContain("is not that of the policy RootManageSharedAccessKey");
        said.ShouldNotContain(old);
    }

    [Fact]
    public async Task A_key_without_the_claim_is_told_with_its_policy_and_the_claim()
    {
        await using var site = await Site.StartAsync();
        var key = site.Azure.AddKey("SendOnly", ServiceBusRights.Send);
        var address = Site.AddressOf($"Endpoint=http://127.0.0.1:{site.Azure.Port}/;SharedAccessKeyName=SendOnly;SharedAccessKey={key}");
        await using var listener = Listener.Start(site.Source(site.Options with { Address = address }));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("give the shared access policy SendOnly the claim Listen on t/subscriptions/s");
        listener.Connects.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_may_only_listen_reads_a_subscription_that_is_there()
    {
        await using var site = await Site.StartAsync();
        var key = site.Azure.AddKey("Listen", ServiceBusRights.Listen);
        var address = Site.AddressOf($"Endpoint=http://127.0.0.1:{site.Azure.Port}/;SharedAccessKeyName=Listen;SharedAccessKey={key};EntityPath=t");
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Address = address, Topic = null }));
        site.Azure.Send("t", "m");
        await listener.ReceivedAsync(1);
        await site.EmptiesAsync();
        listener.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_has_expired_is_told()
    {
        await using var site = await Site.StartAsync();
        var resource = new Uri(site.Azure.Address, "t");
        string Address(DateTimeOffset expiry) => $"Endpoint=http://127.0.0.1:{site.Azure.Port}/;SharedAccessSignature={SharedAccess.Sign(resource, site.Azure.KeyName, site.Azure.Key, expiry)}";
        await using (var good = await Listener.ConnectAsync(site.Source(site.Options with { Address = Site.AddressOf(Address(DateTimeOffset.UtcNow.AddHours(1))) })))
            good.Failures.ShouldBeEmpty();
        await using var listener = Listener.Start(site.Source(site.Options with { Address = Site.AddressOf(Address(DateTimeOffset.UtcNow.AddHours(-1))) }));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("the SharedAccessSignature has expired: make a new one");
        listener.Failures.First().ShouldNotContain("sig=");
    }

    [Fact]
    public async Task A_clock_that_is_behind_by_hours_is_told_by_how_much()
    {
        await using var site = await Site.StartAsync();
        site.Azure.Advance(TimeSpan.FromHours(3));
        await using var listener = Listener.Start(site.Source());
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("this host's clock is 180 minutes behind Service Bus's");
    }

    [Fact]
    public async Task A_clock_that_is_off_by_some_minutes_does_no_harm()
    {
        await using var site = await Site.StartAsync();
        site.Azure.Advance(TimeSpan.FromMinutes(12));
        await using var listener = await Listener.ConnectAsync(site.Source());
        site.Azure.Send("t", "m");
        await listener.ReceivedAsync(1);
        await site.EmptiesAsync();
        listener.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscription_that_is_not_there_is_told_by_its_name()
    {
        await using var site = await Site.BareAsync();
        await using var listener = Listener.Start(site.Source());
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("there is no t/subscriptions/s");
        listener.Connects.ShouldBeEmpty();

        var key = site.Azure.AddKey("Listen", ServiceBusRights.Listen);
        var address = Site.AddressOf($"Endpoint=http://127.0.0.1:{site.Azure.Port}/;SharedAccessKeyName=Listen;SharedAccessKey={key}");
        await using var blind = Listener.Start(site.Source(site.Options with { Address = address }));
        await blind.FailedAsync(1);
        blind.Failures.First().ShouldContain("there is no t/subscriptions/s in this namespace");
    }

    [Fact]
    public async Task A_host_that_is_not_known_and_a_port_that_is_closed_are_told()
    {
        await using var site = await Site.StartAsync();
        var unknown = new ServiceBusAddress(new Uri("https://no-such-namespace.invalid/")) { KeyName = "k", Key = "secret-key" };
        await using var listener = Listener.Start(site.Source(site.Options with { Address = unknown }));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("no host no-such-namespace.invalid is known");
        await site.Azure.StopAsync();
        await using var closed = Listener.Start(site.Source());
        await closed.FailedAsync(1);
        closed.Failures.First().ShouldContain("cannot connect");
        closed.Failures.First().ShouldContain($"127.0.0.1:{site.Azure.Port}");
        listener.Failures.Concat(closed.Failures).ShouldAllBe(said => !said.Contains("secret-key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_told()
    {
        await using var site = await Site.StartAsync(null, new ServiceBusSettings { Tls = true });
        await using var listener = Listener.Start(site.Source(site.Options with { Address = Site.AddressOf(site.Azure.TlsConnectionString!) }));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("a certificate is not trusted (SSL_CERT_FILE names what is)");
    }

    [Fact]
    public async Task A_busy_broker_fails_the_reader_who_goes_on_when_it_is_over()
    {
        await using var site = await Site.StartAsync();
        site.Azure.Faults.Fail(ServiceBusOperation.Receive, 503, 3);
        await using var listener = Listener.Start(site.Source());
        await listener.ConnectedAsync(1);
        listener.Failures.Count.ShouldBe(3);
        listener.Failures.First().ShouldContain("Service Bus is busy");
        site.Azure.Send("t", "m");
        await listener.ReceivedAsync(1);
    }

    [Fact]
    public async Task Of_several_pollers_one_that_fails_does_not_fail_the_reader()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(site.Source(site.Options with { Pollers = 3 }));
        site.Azure.Faults.Cut(ServiceBusOperation.Receive, afterWork: false, 2);
        for (var i = 0; i < 20; i++) site.Azure.Send("t", $"m{i}");
        await listener.ReceivedAsync(20);
        await site.EmptiesAsync();
        listener.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_settlement_whose_answer_was_lost_is_sent_again_and_that_it_was_done_already_is_no_trouble()
    {
        await using var site = await Site.StartAsync();
        site.Azure.Faults.Cut(ServiceBusOperation.Complete, afterWork: true);
        await using var listener = await Listener.ConnectAsync(site.Source());
        site.Azure.Send("t", "m");
        await listener.ReceivedAsync(1);
        await Eventually.TrueAsync(() => site.CallsOf(ServiceBusOperation.Complete) == 2, "it is sent again");
        site.Azure.Send("t", "next");
        await listener.ReceivedAsync(2);
        await site.EmptiesAsync();
        site.CallsOf(ServiceBusOperation.Complete).ShouldBe(3);
        listener.Connects.Count.ShouldBe(1);
        listener.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_whose_answer_was_cut_off_comes_again_after_its_lock()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(site.Source());
        site.Azure.Faults.Cut(ServiceBusOperation.Receive, afterWork: true);
        site.Azure.Send("t", "m");
        await listener.FailedAsync(1);
        site.Azure.Advance(TimeSpan.FromMinutes(2));
        await listener.ReceivedAsync(1);
        await site.EmptiesAsync();
        listener.Bodies.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_broker_that_restarts_loses_nothing_and_what_is_held_is_settled_afterwards()
    {
        await using var site = await Site.StartAsync();
        Delivery? held = null;
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
        {
            if (!delivery.Body.Span.SequenceEqual("held"u8)) return Listener.Complete(delivery);
            held = delivery;
            return ValueTask.CompletedTask;
        });
        site.Azure.Send("t", "held");
        await listener.ReceivedAsync(1);
        await site.Azure.StopAsync();
        await listener.FailedAsync(1);
        site.Azure.Send("t", "meanwhile");
        await Listener.Complete(held!);
        await site.Azure.StartAgainAsync();
        await listener.ReceivedAsync(2);
        await site.EmptiesAsync();
        listener.Bodies.ShouldBe(["held", "meanwhile"]);
        listener.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_Service_Bus_is_told()
    {
        await using var site = await Site.StartAsync();
        await using var peer = RawHttpPeer.Start(_ => RawReply.Ok);
        var address = Site.AddressOf($"Endpoint={peer.Url};SharedAccessKeyName=k;SharedAccessKey=v");
        await using var listener = Listener.Start(site.Source(site.Options with { Address = address }));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("t/subscriptions/s");
        Encoding.UTF8.GetByteCount(listener.Failures.First()).ShouldBeLessThan(2000);
    }
}
