using System.Collections.Concurrent;

namespace Towncrier.Providers.AzureServiceBus.Tests.Reading;

public class LoadTests
{
    private static int Count { get; } = Scale.Of(20_000);

    [Fact]
    public async Task Of_thousands_of_messages_none_is_lost_and_none_applied_twice_while_connections_are_cut_and_calls_fail_and_locks_are_lost()
    {
        await using var site = await Site.StartAsync(new SubscriptionSettings { LockDuration = TimeSpan.FromSeconds(30), MaxDeliveryCount = 1000 });
        var source = site.Source(site.Options with { Pollers = 8, Window = 500 });
        var applied = new ConcurrentDictionary<string, int>();
        await using var listener = await Listener.ConnectAsync(source, null, delivery =>
        {
            applied.AddOrUpdate(System.Text.Encoding.UTF8.GetString(delivery.Body.Span), 1, (_, times) => times + 1);
            return Listener.Complete(delivery);
        });
        var sending = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++) site.Azure.Send("t", $"m{i}");
        }, TestContext.Current.CancellationToken);
        ServiceBusOperation[] calls = [ServiceBusOperation.Receive, ServiceBusOperation.Complete];
        var random = new Random(20);
        for (var step = 1; step <= 20; step++)
        {
            await Eventually.TrueAsync(() => applied.Count >= step * (Count / 25), $"step {step}: {applied.Count} applied, {site.Azure.Count("t", "s")}; {string.Join(" | ", listener.Failures.TakeLast(2))}", TimeSpan.FromSeconds(60));
            var call = calls[random.Next(2)];
            switch (step % 5)
            {
                case 0: await site.Azure.CutConnectionsAsync(); break;
                case 1: site.Azure.Faults.Fail(call, 503, 5); break;
                case 2: site.Azure.Faults.Cut(call, afterWork: true, 10); break;
                case 3: site.Azure.Faults.Cut(call, afterWork: false, 10); break;
                default: site.Azure.Advance(TimeSpan.FromSeconds(31)); break; // every lock there is
            }
        }

        await sending;
        await Eventually.TrueAsync(() =>
        {
            if (applied.Count < Count) site.Azure.Advance(TimeSpan.FromSeconds(1)); // what was cut off comes again after its lock
            return applied.Count == Count;
        }, $"all are applied; {applied.Count} are", TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => site.Azure.Count("t", "s") is { Active: 0, Locked: 0 }, "all are settled", TimeSpan.FromSeconds(60));
        applied.Values.Where(times => times != 1).ShouldBeEmpty();
        site.Azure.Count("t", "s").DeadLettered.ShouldBe(0);
        listener.Gaps.ShouldBeEmpty();
    }
}
