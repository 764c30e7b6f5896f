namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>Locks, lives and dead letters on the test server, by its clock.</summary>
public class LockTests
{
    [Fact]
    public async Task A_lock_ends_by_the_clock_and_the_message_comes_again()
    {
        await using var server = await StartAsync(new SubscriptionSettings { LockDuration = TimeSpan.FromSeconds(30) });
        using var caller = new Caller(server);
        await caller.SendAsync("q", "a");
        var first = await caller.ReceiveAsync("q");
        server.Advance(TimeSpan.FromSeconds(29));
        (await caller.ReceiveAsync("q")).Code.ShouldBe(204);
        server.Advance(TimeSpan.FromSeconds(2));
        (await caller.CompleteAsync(first)).Code.ShouldBe(404);
        (await caller.AbandonAsync(first)).Code.ShouldBe(404);
        (await caller.RenewAsync(first)).Code.ShouldBe(404);

        var second = await caller.ReceiveAsync("q");
        second.Body.ShouldBe("a");
        ((int)second.Properties["DeliveryCount"]!).ShouldBe(2);
        second.Lock.ShouldNotBe(first.Lock);
        (await caller.CompleteAsync(second)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_renewed_lock_lasts_from_then_on()
    {
        await using var server = await StartAsync(new SubscriptionSettings { LockDuration = TimeSpan.FromSeconds(30) });
        using var caller = new Caller(server);
        await caller.SendAsync("q", "a");
        var received = await caller.ReceiveAsync("q");
        for (var i = 0; i < 3; i++)
        {
            server.Advance(TimeSpan.FromSeconds(20));
            (await caller.RenewAsync(received)).Code.ShouldBe(200);
        }

        server.Advance(TimeSpan.FromSeconds(29));
        (await caller.CompleteAsync(received)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task An_abandoned_message_is_the_next_and_after_its_last_delivery_a_dead_letter()
    {
        await using var server = await StartAsync(new SubscriptionSettings { MaxDeliveryCount = 3 });
        using var caller = new Caller(server);
        await caller.SendAsync("q", "a", ("tc-n", "1"));
        await caller.SendAsync("q", "b");
        for (var i = 1; i <= 3; i++)
        {
            var received = await caller.ReceiveAsync("q");
            (received.Body, (int)received.Properties["DeliveryCount"]!).ShouldBe(("a", i));
            (await caller.AbandonAsync(received)).Code.ShouldBe(200);
        }

        server.Count("q").ShouldBe(new MessageCounts(1, 0, 1, 0));
        (await caller.ReceiveAsync("q")).Body.ShouldBe("b");
        var dead = await caller.ReceiveAsync("q/$deadletterqueue");
        dead.Body.ShouldBe("a");
        dead.Headers["DeadLetterReason"].ShouldBe("\"MaxDeliveryCountExceeded\"");
        dead.Headers["tc-n"].ShouldBe("1");
        dead.Lock.ShouldStartWith("/q/$DeadLetterQueue/messages/");
        (await caller.CompleteAsync(dead)).Code.ShouldBe(200);
        server.Count("q").ShouldBe(new MessageCounts(0, 1, 0, 0));
    }

    [Fact]
    public async Task A_message_whose_life_is_over_is_gone_or_a_dead_letter()
    {
        await using var server = await StartAsync(new SubscriptionSettings { DefaultMessageTimeToLive = TimeSpan.FromMinutes(10) });
        server.CreateQueue("kept", new SubscriptionSettings { DeadLetteringOnMessageExpiration = true });
        using var caller = new Caller(server);
        foreach (var queue in new[] { "q", "kept" })
        {
            await caller.SendAsync(queue, "short", ("BrokerProperties", """{"TimeToLive":60}"""));
            await caller.SendAsync(queue, "long");
        }

        server.Advance(TimeSpan.FromSeconds(61));
        server.Count("q").ShouldBe(new MessageCounts(1, 0, 0, 0));
        server.Count("kept").ShouldBe(new MessageCounts(1, 0, 1, 0));
        (await caller.ReceiveAsync("kept/$deadletterqueue")).Headers["DeadLetterReason"].ShouldBe("\"TTLExpiredException\"");
        (await caller.ReceiveAsync("q")).Body.ShouldBe("long");
        server.Advance(TimeSpan.FromMinutes(20));
        server.Count("q").ShouldBe(default); // its lock ended, and its life
        server.Count("kept").Active.ShouldBe(1);
    }

    [Fact]
    public async Task A_scheduled_message_comes_at_its_time()
    {
        await using var server = await StartAsync(new SubscriptionSettings());
        using var caller = new Caller(server);
        await caller.SendAsync("q", "later", ("BrokerProperties", $$"""{"ScheduledEnqueueTimeUtc":"{{DateTimeOffset.UtcNow.AddMinutes(5):r}}"}"""));
        await caller.SendAsync("q", "now");
        (await caller.ReceiveAsync("q")).Body.ShouldBe("now");
        server.Count("q").ShouldBe(new MessageCounts(0, 1, 0, 1));
        server.Advance(TimeSpan.FromMinutes(5));
        (await caller.ReceiveAsync("q")).Body.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_receive_waits_for_a_message_for_a_lock_that_ends_and_no_longer_than_asked()
    {
        await using var server = await StartAsync(new SubscriptionSettings { LockDuration = TimeSpan.FromSeconds(5) });
        using var caller = new Caller(server);
        var waiting = caller.ReceiveAsync("q", 60);
        await Eventually.TrueAsync(() => server.Waiting == 1, "it waits");
        server.Send("q", "a", "L");
        ((string)(await waiting).Properties["Label"]!).ShouldBe("L");

        var again = caller.ReceiveAsync("q", 60);
        await Eventually.TrueAsync(() => server.Waiting == 1, "it waits");
        server.Advance(TimeSpan.FromSeconds(6));
        ((int)(await again).Properties["DeliveryCount"]!).ShouldBe(2);
        (await caller.ReceiveAsync("q", 1)).Code.ShouldBe(204);
        (await caller.CallAsync(HttpMethod.Post, "/q/messages/head?timeout=soon")).Code.ShouldBe(400);
    }

    [Fact]
    public async Task A_receive_whose_caller_has_gone_takes_nothing()
    {
        await using var server = await StartAsync(new SubscriptionSettings());
        using (var impatient = new Caller(server))
        {
            var waiting = impatient.ReceiveAsync("q", 60);
            await Eventually.TrueAsync(() => server.Waiting == 1, "it waits");
            impatient.Dispose();
            await Should.ThrowAsync<Exception>(waiting);
        }

        await Eventually.TrueAsync(() => server.Waiting == 0, "the server has seen it go");
        server.Send("q", "a");
        server.Count("q").ShouldBe(new MessageCounts(1, 0, 0, 0));
    }

    private static async Task<ServiceBusServer> StartAsync(SubscriptionSettings settings)
    {
        var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q", settings);
        return server;
    }
}
