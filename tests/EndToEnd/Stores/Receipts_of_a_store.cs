using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent;
using Towncrier.EndToEnd.Fleet;
using Towncrier.Providers.Redis;
using Towncrier.Store;

namespace Towncrier.EndToEnd.Stores;

/// <summary>Who publishes and waits, waits for an application's nodes as for agents.</summary>
public sealed class Receipts_of_a_store
{
    private const string Page = "https://www.example.org/a";

    [Fact]
    public async Task Publish_counts_an_agent_and_an_application()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var fleet = await RedisFleet.StartAsync(["cache-1"]);
        fleet.Page("cache-1", "/a");
        await fleet["cache-1"].HoldsAsync(1);
        RedisAddress.TryParse(fleet.Redis.Url, out var redis, out _).ShouldBeTrue();
        var source = new RedisSource(new RedisSourceOptions { Address = redis, Stream = "towncrier" }, TimeProvider.System, new Random());
        await using var receipts = new RedisPublisher(new RedisPublisherOptions { Address = redis, Stream = "towncrier.receipts" }, TimeProvider.System);
        var options = new StoreOptions { Directory = fleet.Folder.Of("app"), Name = "app-1", Sources = [new SourceSetup(source)], Receipts = receipts };
        await using var store = DiskStore.Open(options, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = store.RunAsync(stop.Token);
        await store.PutAsync(new ObjectKey(Page), new ObjectHead { Expires = DateTimeOffset.UtcNow.AddHours(1) }, new ReadOnlySequence<byte>("a"u8.ToArray()), cancel);

        var (exit, said, words) = await fleet.PublishJsonAsync("--to", "stream", "--url", "/a", "--wait", "--expect", "app-1,cache-1", "--timeout", "20s");
        exit.ShouldBe(0, words);
        said["hosts"]!.AsArray().Select(host => ((string)host!["host"]!, (int)host["purged"]!)).ShouldBe([("app-1", 1), ("cache-1", 1)]);
        store.TryOpen(new ObjectKey(Page)).ShouldBeNull();
        await stop.CancelAsync();
        await running;
    }
}
