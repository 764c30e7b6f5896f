using MassTransit;

namespace Towncrier.Providers.MassTransit.Tests;

/// <summary>An agent within an application that has a bus of its own.</summary>
public sealed class BusSourceTests
{
    [Fact]
    public async Task It_hears_what_the_application_publishes_in_memory()
    {
        var source = new BusSource("towncrier", keeps: false, TimeProvider.System, new Random(1));
        var bus = Bus.Factory.CreateUsingInMemory(configure => configure.ReceiveEndpoint("towncrier", source.Join));
        await bus.StartAsync(TestContext.Current.CancellationToken);
        var seen = new List<Delivery>();
        var refused = 0;
        await using var listener = await Listener.ConnectAsync(source, take: delivery =>
        {
            lock (seen) seen.Add(delivery);
            var message = ReadingTests.Decode(delivery, out _);
            if (message.Id == "again" && delivery.Attempt < 3) return delivery.AbandonAsync("not yet", CancellationToken.None);
            if (message.Id != "bad") return Listener.Complete(delivery);
            refused++;
            return delivery.RejectAsync(new Refusal(RefusalReason.NotAllowed, "bad"), CancellationToken.None);
        });
        await bus.Publish(new Invalidate { Command = "purge", Value = ["/typed"], Id = "typed" }, TestContext.Current.CancellationToken);
        await using var publisher = new MassTransitPublisher(bus, TimeSpan.FromSeconds(5), TimeProvider.System);
        foreach (var id in new[] { "encoded", "again", "bad" })
            await publisher.PublishAsync(new Invalidation { Command = InvalidationCommand.Purge, Values = ["/" + id], Id = id }, cancel: TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(6);
        seen.ConvertAll(delivery => ReadingTests.Decode(delivery, out _).Id!).Order().ShouldBe(["again", "again", "again", "bad", "encoded", "typed"]);
        refused.ShouldBe(1);
        listener.Gaps.ShouldBeEmpty();
        await bus.StopAsync(TestContext.Current.CancellationToken);
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("the application's bus was stopped");
    }

    [Fact]
    public async Task A_bus_stops_although_the_agent_has_not_settled()
    {
        var source = new BusSource("towncrier", keeps: false, TimeProvider.System, new Random(1));
        var bus = Bus.Factory.CreateUsingInMemory(configure => configure.ReceiveEndpoint("towncrier", source.Join));
        await bus.StartAsync(TestContext.Current.CancellationToken);
        Delivery? held = null;
        await using var listener = await Listener.ConnectAsync(source, take: delivery =>
        {
            held = delivery;
            return ValueTask.CompletedTask;
        });
        await bus.Publish(new Invalidate { Command = "all" }, TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(1);
        await bus.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        await Listener.Complete(held!);
    }

    [Fact]
    public async Task On_the_applications_own_RabbitMQ_a_queue_that_keeps_has_no_gaps()
    {
        await using var site = await Site.StartAsync();
        var source = new BusSource(site.Queue, keeps: true, TimeProvider.System, new Random(1));
        var bus = Bus.Factory.CreateUsingRabbitMq(configure =>
        {
            configure.Host(new Uri($"rabbitmq://127.0.0.1:{site.Rabbit.Port}/"), host =>
            {
                host.Username(RabbitServer.User);
                host.Password(RabbitServer.Password);
            });
            configure.ReceiveEndpoint(site.Queue, source.Join);
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        await using var listener = await Listener.ConnectAsync(source);
        listener.Source.Traits.ShouldBe(new SourceTraits(Settles: true, Replays: true));
        await site.SendAsync("""{"command":"all"}"""u8.ToArray());
        await listener.ReceivedAsync(1);
        await bus.StopAsync(TestContext.Current.CancellationToken);
        await site.SendAsync("""{"command":"all"}"""u8.ToArray());
        await bus.StartAsync(TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(2);
        listener.Gaps.ShouldBeEmpty();
        await bus.StopAsync(TestContext.Current.CancellationToken);
    }
}
