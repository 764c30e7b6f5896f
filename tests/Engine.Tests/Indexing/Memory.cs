using System.Globalization;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Indexing;

[Collection(AloneCollection.Name)]
public sealed class Memory
{
    private const int Entries = 200_000;
    private const int MostBytesPerEntry = 160;

    [Fact]
    public void An_entry_with_a_key_of_70_bytes_and_two_tags_takes_no_more_than_is_promised()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = Indexes.New();
        for (var i = 0; i < Entries; i++)
        {
            var key = $"https{i % 20:d2}.example.org/section-{i % 50:d2}/article-{i:d8}/".PadRight(70, 'x');
            key.Length.ShouldBe(70);
            new Facts(key, [$"pool-{i % 1000}", $"page-{i / 10}"]).PutInto(index);
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        var held = (double)(after - before) / Entries;
        var counted = (double)index.Bytes / Entries;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counted:f1} B counted, {held:f1} B held for each entry"));
        counted.ShouldBeLessThanOrEqualTo(MostBytesPerEntry);
        held.ShouldBeLessThanOrEqualTo(MostBytesPerEntry);
        held.ShouldBeInRange(counted * 0.9, counted * 1.1); // Bytes tells the truth
        index.CheckIntegrity();
    }

    [Fact]
    public void A_year_of_churn_does_not_make_it_grow()
    {
        const int live = 50_000;
        const int churn = 5_000_000;
        var index = Indexes.New();
        var settled = 0L;
        for (var i = 0; i < live + churn; i++)
        {
            Put(index, i);
            if (i >= live) index.Remove(new EntryName((UInt128)(uint)(i - live)), Levels.None);
            if (i == 2 * live) settled = index.Bytes;
        }

        index.Count.ShouldBe(live);
        index.Bytes.ShouldBeLessThan(settled + (settled / 4));
        index.Bytes.ShouldBeLessThan(250L * live);
        index.CheckIntegrity();
    }

    [Fact]
    public void An_emptied_index_gives_its_keys_back()
    {
        var index = Indexes.New();
        for (var i = 0; i < 20_000; i++) Put(index, i);
        var full = index.Bytes;
        for (var i = 0; i < 20_000; i++) index.Remove(new EntryName((UInt128)(uint)i), Levels.None).ShouldBeTrue();
        index.CheckIntegrity();
        index.Bytes.ShouldBeLessThan(full * 2 / 3); // pages of columns stay; keys, hash slots and tags go
        (index.Count, index.Tags).ShouldBe((0L, 0));
    }

    [Fact]
    public void The_order_of_use_takes_eight_bytes_an_entry()
    {
        const int entries = 16 * 16_384; // whole pages of columns
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var plain = Indexes.New();
        for (var i = 0; i < entries; i++) Put(plain, i);
        var between = GC.GetTotalMemory(forceFullCollection: true);
        var ordered = Indexes.New(recency: true);
        for (var i = 0; i < entries; i++) Put(ordered, i);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        (ordered.LiveBytes - plain.LiveBytes).ShouldBe(8L * entries);
        ((double)(ordered.Bytes - plain.Bytes) / entries).ShouldBeInRange(8, 8.01);
        ((double)(after - between - (between - before)) / entries).ShouldBeInRange(7, 9);
        GC.KeepAlive(plain);
        GC.KeepAlive(ordered);
    }

    [Fact]
    public void Live_bytes_are_what_a_new_index_of_the_same_entries_would_say()
    {
        const int entries = 50_000;
        var index = Indexes.New(recency: true);
        for (var i = 0; i < entries; i++) Put(index, i);
        ((double)index.LiveBytes / index.Bytes).ShouldBeInRange(0.66, 1);
        var random = new Random(4);
        for (var round = 0; round < 200_000; round++)
        {
            var i = random.Next(entries);
            if (!index.Remove(new EntryName((UInt128)(uint)i), Levels.None)) Put(index, i);
        }

        for (var i = 0; i < entries; i++)
        {
            if (i % 10 != 0) index.Remove(new EntryName((UInt128)(uint)i), Levels.None);
            else Put(index, i);
        }

        var fresh = Indexes.New(recency: true);
        for (var i = 0; i < entries; i += 10) Put(fresh, i);
        index.LiveBytes.ShouldBe(fresh.LiveBytes);
        index.LiveBytes.ShouldBeLessThan(index.Bytes / 2);
        for (var i = 0; i < entries; i += 10) index.Remove(new EntryName((UInt128)(uint)i), Levels.None).ShouldBeTrue();
        index.LiveBytes.ShouldBe(0);
        index.CheckIntegrity();
    }

    private static void Put(CacheIndex index, int i)
        => new Facts($"https{i % 7}.example.org/section-{i % 50}/article-{i}", [$"pool-{i % 1000}", $"page-{i / 10}"]) { Name = new EntryName((UInt128)(uint)i) }.PutInto(index);
}
