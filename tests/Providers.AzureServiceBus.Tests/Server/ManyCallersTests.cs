using System.Collections.Concurrent;

namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>Many receivers at once, who take, give back, renew and complete.</summary>
public class ManyCallersTests
{
    [Fact]
    public async Task Every_message_is_one_receivers_at_a_time_and_completed_once()
    {
        const int Messages = 1500;
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateTopic("t");
        server.CreateSubscription("t", "s", new SubscriptionSettings { MaxDeliveryCount = 2000 });
        var completed = new ConcurrentDictionary<string, int>();
        var failed = false;
        var held = new ConcurrentDictionary<string, bool>();
        var sending = Task.Run(() =>
        {
            for (var i = 0; i < Messages; i++) server.Send("t", $"{i}");
        }, TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => ReceiveAsync(new Random(seed))));
        await sending;

        completed.Count.ShouldBe(Messages);
        completed.Values.ShouldAllBe(times => times == 1);
        server.Count("t", "s").ShouldBe(default);
        server.Waiting.ShouldBe(0);

        async Task ReceiveAsync(Random random)
        {
            using var caller = new Caller(server);
            var good = false;
            try
            {
                while (!failed && completed.Count < Messages) await ReceiveOneAsync(caller, random);
                good = true;
            }
            finally
            {
                failed |= !good; // so that the others do not wait for ever
            }
        }

        async Task ReceiveOneAsync(Caller caller, Random random)
        {
            var received = await caller.ReceiveAsync("t/subscriptions/s", 1);
            if (received.Code == 204) return;
            held.TryAdd(received.Body, true).ShouldBeTrue();
            var what = random.Next(4);
            if (what == 1) (await caller.RenewAsync(received)).Code.ShouldBe(200);
            held.TryRemove(received.Body, out _);
            if (what == 0) (await caller.AbandonAsync(received)).Code.ShouldBe(200);
            else (await caller.CompleteAsync(received)).Code.ShouldBe(200);
            if (what != 0) completed.AddOrUpdate(received.Body, 1, (_, times) => times + 1);
        }
    }
}
