using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Peers;

namespace Towncrier.Store.Tests;

/// <summary>A store that is closed while it is used: each call ends, what was stored is whole, and nothing is left half written.</summary>
public sealed class Closing
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Puts_that_wait_and_bodies_that_do_not_come_end()
    {
        var folder = Directory.CreateTempSubdirectory("towncrier-store-").FullName;
        var store = DiskStore.Open(new StoreOptions { Directory = folder + "/cache", Workers = 1 }, TimeProvider.System, NullLogger.Instance);
        using var slow = new HeldStream();
        var writing = store.PutAsync(new ObjectKey("held"), OpenStore.Head(), slow, Cancel).AsTask();
        await slow.IsRead;
        var waiting = store.PutAsync(new ObjectKey("waiting"), OpenStore.Head(), OpenStore.Bytes("x"), Cancel).AsTask();
        await store.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(writing.WaitAsync(Eventually.Deadline, Cancel));
        await Should.ThrowAsync<ObjectDisposedException>(waiting.WaitAsync(Eventually.Deadline, Cancel));
        Directory.GetFiles(folder + "/cache/temp").ShouldBeEmpty();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Puts_from_all_sides_are_stored_or_say_that_it_is_closed()
    {
        var folder = Directory.CreateTempSubdirectory("towncrier-store-").FullName;
        var store = DiskStore.Open(new StoreOptions { Directory = folder + "/cache" }, TimeProvider.System, NullLogger.Instance);
        var running = store.RunAsync(Cancel);
        var stored = new ConcurrentBag<string>();
        var putting = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var outcome = await store.PutAsync(new ObjectKey($"{worker}-{i}"), OpenStore.Head(), OpenStore.Bytes(new string('x', 5000)), Cancel);
                outcome.ShouldBe(PutOutcome.Stored);
                stored.Add($"{worker}-{i}");
            }
        })).ToArray();
        await Eventually.TrueAsync(() => stored.Count > 200, "puts are under way");
        await store.DisposeAsync();
        foreach (var one in putting) await Should.ThrowAsync<ObjectDisposedException>(one.WaitAsync(Eventually.Deadline, Cancel));
        await running;
        store.TryOpen(new ObjectKey(stored.First())).ShouldBeNull();
        await using var again = await OpenStore.StartAsync(folder: folder);
        foreach (var key in stored) again.Read(key).ShouldNotBeNull().Length.ShouldBe(5000);
        Directory.GetFiles(folder + "/cache/temp").ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_run_once()
    {
        await using var site = await OpenStore.StartAsync();
        (await Should.ThrowAsync<InvalidOperationException>(() => site.Store.RunAsync(Cancel))).Message.ShouldContain("run once");
        await site.PutAsync("k", "x", "t");
        (await site.Store.InvalidateTagsAsync(["t"], Cancel)).Sum(report => report.Purged).ShouldBe(1);
    }

    [Fact]
    public async Task A_put_that_was_cancelled_before_it_began_is_none()
    {
        await using var site = await OpenStore.StartAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await site.Store.PutAsync(new ObjectKey("k"), OpenStore.Head(), OpenStore.Bytes("x"), new CancellationToken(true)));
        site.Read("k").ShouldBeNull();
    }
}
