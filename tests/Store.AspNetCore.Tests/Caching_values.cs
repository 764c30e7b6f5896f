using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>The distributed cache: what applications expect of one, on a disk.</summary>
public sealed class Caching_values
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_is_set_read_replaced_and_removed_by_each_of_the_methods()
    {
        await using var node = await ValueNode.StartAsync();
        node.Cache.Get("key").ShouldBeNull();
        (await node.Cache.GetAsync("key", Cancel)).ShouldBeNull();
        node.Cache.Set("key", "one"u8.ToArray(), new());
        Encoding.UTF8.GetString(node.Cache.Get("key")!).ShouldBe("one");
        await node.Cache.SetAsync("key", "another"u8.ToArray(), new(), Cancel);
        (await node.ReadAsync("key")).ShouldBe("another");
        node.Cache.Remove("key");
        (await node.ReadAsync("key")).ShouldBeNull();
        node.Cache.Set("key", new ReadOnlySequence<byte>("third"u8.ToArray()), new());
        var read = new ArrayBufferWriter<byte>();
        node.Cache.TryGet("key", read).ShouldBeTrue();
        Encoding.UTF8.GetString(read.WrittenSpan).ShouldBe("third");
        await node.Cache.RemoveAsync("key", Cancel);
        node.Cache.TryGet("key", read).ShouldBeFalse();
        await node.Cache.RemoveAsync("key", Cancel); // there is none any more: no error
    }

    [Fact]
    public async Task Keys_are_any_text_and_a_removal_takes_its_own_alone()
    {
        await using var node = await ValueNode.StartAsync();
        string[] keys = ["key", "Key", "key ", "key*", "key/1", "key%20", "a\nb", "a%0Ab", "https://www.example.org/", "ü", "\u0001", new string('k', 20_000)];
        foreach (var key in keys) await node.Cache.SetStringAsync(key, "of " + key, Cancel);
        for (var i = 0; i < keys.Length; i++)
        {
            (await node.ReadAsync(keys[i])).ShouldBe("of " + keys[i]);
            await node.Cache.RemoveAsync(keys[i], Cancel);
            foreach (var (key, j) in keys.Select((key, j) => (key, j))) (await node.ReadAsync(key) is not null).ShouldBe(j > i, key);
        }

        foreach (var none in (string[])["", "half \ud800", new string('k', 40_000)]) await Should.ThrowAsync<ArgumentException>(() => node.Cache.SetStringAsync(none, "x", Cancel));
    }

    [Fact]
    public async Task A_value_expires_when_it_was_told_to_and_not_in_the_past()
    {
        await using var node = await ValueNode.StartAsync();
        await node.Cache.SetStringAsync("absolute", "x", new() { AbsoluteExpiration = DateTimeOffset.UtcNow.AddMilliseconds(300) }, Cancel);
        await node.Cache.SetStringAsync("relative", "x", new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMilliseconds(300) }, Cancel);
        await node.Cache.SetStringAsync("sliding", "x", new() { SlidingExpiration = TimeSpan.FromMilliseconds(300) }, Cancel);
        await node.Cache.SetStringAsync("never", "x", Cancel);
        await Eventually.TrueAsync(() => ((string[])["absolute", "relative", "sliding"]).All(key => node.ExpiryOf("cache:" + key) is null), "all three have expired"); // a look is no read
        foreach (var key in (string[])["absolute", "relative", "sliding"]) (await node.ReadAsync(key)).ShouldBeNull(key);
        (await node.ReadAsync("never")).ShouldBe("x");
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => node.Cache.SetStringAsync("past", "x", new() { AbsoluteExpiration = DateTimeOffset.UtcNow.AddSeconds(-1) }, Cancel));
    }

    [Fact]
    public async Task Reads_move_the_window_by_a_tenth_at_least_and_never_beyond_the_end()
    {
        var clock = new SteppingClock(DateTimeOffset.UtcNow);
        await using var node = await ValueNode.StartAsync(clock);
        var end = clock.GetUtcNow().AddMinutes(25);
        await node.Cache.SetStringAsync("key", "x", new() { SlidingExpiration = TimeSpan.FromMinutes(10), AbsoluteExpiration = end }, Cancel);
        var first = node.ExpiryOf("cache:key");
        clock.Step(TimeSpan.FromSeconds(30));
        (await node.ReadAsync("key")).ShouldBe("x");
        node.ExpiryOf("cache:key").ShouldBe(first); // less than a tenth: the file is left alone
        clock.Step(TimeSpan.FromMinutes(9));
        (await node.ReadAsync("key")).ShouldBe("x");
        node.ExpiryOf("cache:key")!.Value.ShouldBe(clock.GetUtcNow().AddMinutes(10), TimeSpan.FromSeconds(1));
        clock.Step(TimeSpan.FromMinutes(9));
        await node.Cache.RefreshAsync("key", Cancel);
        node.ExpiryOf("cache:key")!.Value.ShouldBe(end, TimeSpan.FromSeconds(1));
        clock.Step(TimeSpan.FromMinutes(6));
        (await node.ReadAsync("key")).ShouldBe("x");
        node.ExpiryOf("cache:key")!.Value.ShouldBe(end, TimeSpan.FromSeconds(1));
        clock.Step(TimeSpan.FromMinutes(1));
        (await node.ReadAsync("key")).ShouldBeNull();
        node.Cache.Refresh("key");
        (await node.ReadAsync("key")).ShouldBeNull();
    }

    [Fact]
    public async Task A_removal_lies_in_wait_for_no_value_that_is_set_after_it()
    {
        await using var node = await ValueNode.StartAsync();
        await node.Cache.SetStringAsync("key", "old", Cancel);
        await node.Cache.RemoveAsync("key", Cancel);
        await node.Cache.SetStringAsync("key", "new", Cancel);
        node.Store.Metrics().Split('\n').ShouldContain(line => line.StartsWith("towncrier_armed_invalidations{", StringComparison.Ordinal) && line.EndsWith(" 0", StringComparison.Ordinal));
        (await node.ReadAsync("key")).ShouldBe("new");
    }

    [Fact]
    public async Task On_a_full_disk_a_value_that_was_not_stored_is_not_read_as_its_former_one()
    {
        await using var disk = await SmallDisk.MountAsync("4m");
        await using var node = await ValueNode.StartAsync(folder: disk.Path);
        for (var i = 0; i < 30; i++) await node.Cache.SetStringAsync($"key {i}", new string('a', 200_000), Cancel);
        for (var i = 0; i < 30; i++) await node.Cache.SetStringAsync($"key {i}", new string('b', 300_000), Cancel);
        for (var i = 0; i < 30; i++) (await node.ReadAsync($"key {i}") ?? "b").ShouldStartWith("b");
    }

    [Fact]
    public async Task Beside_the_output_cache_it_may_have_the_same_store_and_one_is_demanded()
    {
        await using var site = await Site.StartAsync(services: services => services.AddTowncrierDistributedCache());
        var cache = site.Services.GetRequiredService<IDistributedCache>();
        await site.GetAsync("/key");
        await cache.SetStringAsync("key", "value", Cancel);
        site.Store.Count.ShouldBe(2);
        await site.OutputCache.EvictByTagAsync("key", Cancel);
        (await cache.GetStringAsync("key", Cancel)).ShouldBe("value");
        (await site.GetAsync("/key")).IsHit.ShouldBeFalse();
        await cache.RemoveAsync("key", Cancel);
        (await site.GetAsync("/key")).IsHit.ShouldBeTrue();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddTowncrierDistributedCache();
        await using var app = builder.Build();
        Should.Throw<InvalidOperationException>(app.Services.GetRequiredService<IDistributedCache>).Message.ShouldContain("AddTowncrierOutputCache");
    }

    [Fact]
    public async Task Values_outlive_a_restart()
    {
        using var folder = new TempFolder();
        await using (var node = await ValueNode.StartAsync(folder: folder.Path)) await node.Cache.SetStringAsync("key", "42", new() { SlidingExpiration = TimeSpan.FromMinutes(20) }, Cancel);
        await using var again = await ValueNode.StartAsync(folder: folder.Path);
        (await again.ReadAsync("key")).ShouldBe("42");
    }
}
