using System.Text;

namespace Towncrier.Providers.MassTransit.Tests;

/// <summary>Brokers that die, and queues that go, each with a RabbitMQ of its own.</summary>
public sealed class OutageTests
{
    private static int Messages { get; } = Scale.Of(10_000);

    [Theory]
    [InlineData(EndpointKind.Durable)]
    [InlineData(EndpointKind.Temporary)]
    public async Task Of_ten_thousand_messages_with_a_broker_killed_in_the_middle_none_is_lost_without_a_word(EndpointKind kind)
    {
        await using var rabbit = await RabbitServer.StartAsync();
        var seen = new HashSet<string>();
        await using var listener = await Listener.ConnectAsync(
            Site.Source(new MassTransitSourceOptions { Address = Site.Parse(rabbit.Url), Fleet = "test", Host = "h", Endpoint = kind }),
            take: delivery =>
            {
                lock (seen) seen.Add(ReadingTests.Decode(delivery, out _).Id!);
                return Listener.Complete(delivery);
            });
        await using var publisher = Site.Publisher(rabbit.Url, TimeSpan.FromSeconds(5));
        var sending = SendAllAsync(publisher);
        await listener.ReceivedAsync(Messages / 4);
        await rabbit.KillAsync();
        await listener.FailedAsync(1);
        await rabbit.RestartAsync();
        await listener.ConnectedAsync(2);
        await sending.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        if (kind == EndpointKind.Durable)
        {
            await Eventually.TrueAsync(() => Count() == Messages, "every message", TimeSpan.FromMinutes(1));
            listener.Gaps.ShouldBeEmpty();
        }
        else
        {
            var gap = listener.Gaps.ShouldHaveSingleItem();
            gap.Reason.ShouldContain("temporary endpoint keeps nothing");
            await Eventually.TrueAsync(() => Count() > Messages / 2, "what came after the gap", TimeSpan.FromMinutes(1));
        }

        int Count()
        {
            lock (seen) return seen.Count;
        }
    }

    [Fact]
    public async Task A_queue_that_is_deleted_under_its_reader_is_made_again_and_told_as_a_gap()
    {
        await using var site = await Site.StartAsync();
        var before = DateTimeOffset.UtcNow;
        await using var listener = await Listener.ConnectAsync(Site.Source(site.Options));
        await site.Hand.QueueDeleteAsync(site.Queue, ifUnused: false, ifEmpty: false, cancellationToken: TestContext.Current.CancellationToken);
        await listener.ConnectedAsync(2);
        listener.Failures.ShouldContain(failure => failure.Contains("the queue was deleted while it was read", StringComparison.Ordinal));
        var gap = listener.Gaps.ShouldHaveSingleItem();
        gap.Reason.ShouldContain("made anew");
        gap.Since!.Value.ShouldBeGreaterThanOrEqualTo(before);
        await site.SendAsync("after"u8.ToArray());
        await listener.ReceivedAsync(1);
    }

    // The consumer is there before MassTransit's start has ended: many at once, for there is but a moment between the two.
    [Fact]
    public async Task A_link_that_was_just_made_is_not_given_up_again()
    {
        await using var site = await Site.StartAsync();
        for (var round = 1; round <= 3; round++)
        {
            string[] hosts = [.. Enumerable.Range(0, 12).Select(i => $"{site.Host}-{round}-{i}")];
            var listeners = await Task.WhenAll(hosts.Select(host => Listener.ConnectAsync(Site.Source(site.Options with { Host = host }))));
            await site.SendAsync("first"u8.ToArray());
            foreach (var listener in listeners) await listener.ReceivedAsync(1);
            foreach (var listener in listeners)
            {
                await listener.DisposeAsync();
                listener.Failures.ShouldBeEmpty();
                listener.Gaps.ShouldBeEmpty();
            }

            foreach (var host in hosts) await site.Hand.QueueDeleteAsync("towncrier-test-" + host, ifUnused: false, ifEmpty: false, cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_queue_that_went_while_the_agent_was_away_is_told_as_a_gap()
    {
        await using var site = await Site.StartAsync();
        var first = await Listener.ConnectAsync(Site.Source(site.Options));
        first.Gaps.ShouldBeEmpty(); // nothing was known before
        await first.DisposeAsync();
        await site.Hand.QueueDeleteAsync(site.Queue, ifUnused: false, ifEmpty: false, cancellationToken: TestContext.Current.CancellationToken);
        await using var second = await Listener.ConnectAsync(Site.Source(site.Options), first.Positions);
        second.Gaps.ShouldHaveSingleItem().Reason.ShouldContain("made anew");
        second.Story.ShouldBe(["gap", "connected"]);
    }

    [Fact]
    public async Task A_broker_that_stands_still_confirms_nothing_and_the_sender_is_told()
    {
        await using var rabbit = await RabbitServer.StartAsync();
        await using var listener = await Listener.ConnectAsync(Site.Source(new MassTransitSourceOptions { Address = Site.Parse(rabbit.Url), Fleet = "test", Host = "h" }));
        await using var publisher = Site.Publisher(rabbit.Url, TimeSpan.FromSeconds(2));
        await publisher.PublishAsync(Message(0), TestContext.Current.CancellationToken);
        rabbit.Freeze();
        var failure = await Should.ThrowAsync<IOException>(() => publisher.PublishAsync(Message(1), TestContext.Current.CancellationToken));
        failure.Message.ShouldContain($"{rabbit.Port}");
        await listener.FailedAsync(1);
        rabbit.Thaw();
        await listener.ConnectedAsync(2);
        await Eventually.TrueAsync(async () => await TrySendAsync(publisher, 2), "it sends again");
        await Eventually.TrueAsync(() => listener.Bodies.Any(body => body.Contains("\"2\"", StringComparison.Ordinal)), "and is heard");
        listener.Gaps.ShouldBeEmpty();
    }

    private static byte[] Message(int id) => Encoding.UTF8.GetBytes($$"""{"command":"purge","value":["/"],"id":"{{id}}"}""");

    // As a relay would: in order, again until it is taken.
    private static async Task SendAllAsync(MassTransitPublisher publisher)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, Messages), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (id, cancel) =>
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (!await TrySendAsync(publisher, id)) await pause.WaitForNextTickAsync(cancel);
        });
    }

    // A temporary queue may be gone for a moment: its message is then nobody's, and counts as sent.
    private static async Task<bool> TrySendAsync(MassTransitPublisher publisher, int id)
    {
        try
        {
            await publisher.PublishAsync(Message(id), CancellationToken.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
