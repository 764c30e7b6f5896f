using Towncrier.Agent.Governing;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Observing;
using Towncrier.Engine.Tests.Support;
using Towncrier.Linux;
using Towncrier.Peers;

namespace Towncrier.Engine.Tests.Governing;

public sealed class Judging_victims
{
    [Fact]
    public async Task What_was_stored_anew_since_it_was_chosen_stays_and_what_is_no_entry_any_more_is_forgotten()
    {
        using var folder = new CacheFolder();
        await using var governed = new GovernedFolder(folder, CacheLimits.Off);
        for (var i = 0; i < 4; i++) governed.Store(i);
        await governed.SettleAsync();
        var listed = new List<ListedEntry>();
        governed.Index.Order!.CollectOldest(4, listed);
        governed.Store(1, change: file => file with { Date = file.Date + 7 });
        await File.WriteAllTextAsync(governed.PathOf(2), "no entry", TestContext.Current.CancellationToken);
        File.Delete(governed.PathOf(3));
        var spared = new List<ListedEntry>();
        var done = governed.Evict(listed, spared.Add);
        (done.Deleted, done.Kept).ShouldBe((1, 2));
        governed.There(4).ShouldBe([1, 2]);
        spared.ShouldHaveSingleItem().Entry.Name.ShouldBe(new CacheFile { Key = "httpexample.org/1" }.Name);
        (governed.Deletions[DeletionReason.LruNukedDisk], governed.Deletions.Outdated).ShouldBe((1, 1));
        await governed.SettleAsync();
        governed.Index.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Times_that_no_clock_has_shown_do_not_save_an_entry()
    {
        using var folder = new CacheFolder();
        await using var governed = new GovernedFolder(folder, CacheLimits.Off with { ExpiredRespSweepInterval = TimeSpan.FromMilliseconds(10) }, keepsStale: true);
        governed.Store(0, change: file => file with { Date = long.MaxValue, Valid = 5 });
        governed.Store(1, change: file => file with { Date = -5, Valid = long.MinValue, Updating = long.MinValue });
        governed.Store(2, change: file => file with { Valid = long.MaxValue, Error = long.MaxValue });
        governed.Store(3, change: file => file with { Valid = 5, Updating = long.MaxValue });
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.There(4).SequenceEqual([2, 3]), "what has expired went");
    }

    [Theory]
    [InlineData("noatime")]
    [InlineData("relatime")]
    public async Task An_entry_seen_to_be_opened_counts_as_used_where_no_access_time_tells(string option)
    {
        await using var disk = await SmallDisk.MountAsync("4m", "," + option);
        using var folder = new CacheFolder("1", disk.Path);
        await using var governed = new GovernedFolder(folder, CacheLimits.Off, recency: false);
        for (var i = 0; i < 30; i++) governed.Store(i);
        await governed.SettleAsync();
        using var opened = new OpenSample(folder.Root, governed.Index.Rows, TimeProvider.System, new Random(1));
        using var look = new FileLook(folder.Root, opened);
        look.Begin(out var usage).ShouldBe(Errno.None);
        usage.AccessTimes.ShouldBe(option == "noatime" ? AccessTimes.None : AccessTimes.Relative);
        var entries = new List<ListedEntry>();
        governed.Index.Rows.Collect(0, 1000, entries);
        var hot = entries.Single(entry => entry.Entry.Name == new CacheFile { Key = "httpexample.org/7" }.Name);
        look.TryLook(hot, out var before).ShouldBeTrue();
        // A read that the mount notes once, and one that nothing but the open tells of.
        _ = await File.ReadAllTextAsync(governed.PathOf(7), TestContext.Current.CancellationToken);
        look.TryLook(hot, out var noted).ShouldBeTrue();
        if (option == "noatime") noted.ShouldBe(before);
        await Eventually.TrueAsync(
            () =>
            {
                opened.Turn(); // sixteen directories at most, and there are as many
                _ = File.ReadAllText(governed.PathOf(7));
                return look.TryLook(hot, out var now) && now.LastUse > noted.LastUse;
            },
            "the open was seen");
        opened.Rest();
        entries.Where(entry => entry.Entry.Name != hot.Entry.Name).ShouldAllBe(entry => opened.LastOf(entry.Entry) == null);
    }

    [Fact]
    public async Task An_entry_that_is_read_by_who_has_it_open_counts_as_used()
    {
        await using var disk = await SmallDisk.MountAsync("4m", ",noatime");
        using var folder = new CacheFolder("1", disk.Path);
        await using var governed = new GovernedFolder(folder, CacheLimits.Off, recency: false);
        for (var i = 0; i < 30; i++) governed.Store(i);
        await governed.SettleAsync();
        using var opened = new OpenSample(folder.Root, governed.Index.Rows, TimeProvider.System, new Random(1));
        using var held = File.OpenHandle(governed.PathOf(7)); // as nginx's open_file_cache has it
        var entries = new List<ListedEntry>();
        governed.Index.Rows.Collect(0, 1000, entries);
        var hot = entries.Single(entry => entry.Entry.Name == new CacheFile { Key = "httpexample.org/7" }.Name);
        var head = new byte[336];
        await Eventually.TrueAsync(
            () =>
            {
                opened.Turn();
                RandomAccess.Read(held, head, 0);
                return opened.LastOf(hot.Entry) is not null;
            },
            "the read was seen");
        entries.Where(entry => entry.Entry.Name != hot.Entry.Name).ShouldAllBe(entry => opened.LastOf(entry.Entry) == null);
    }

    [Fact]
    public void The_index_knows_before_when_nothing_expires()
    {
        var index = Indexes.New();
        index.Rows.EarliestValid.ShouldBe(long.MaxValue);
        for (var i = 0; i < 10_000; i++) (new Facts($"httpa.example.org/{i}", []) with { Valid = 1000 + i }).PutInto(index);
        index.Rows.EarliestValid.ShouldBe(1000);
        index.Rows.BeginExpired();
        var expired = new List<ListedEntry>();
        var from = index.Rows.CollectExpired(0, 1500, 300, expired);
        (expired.Count, from == 0).ShouldBe((300, false));
        index.Rows.CollectExpired(from, 1500, 10_000, expired).ShouldBe(0u);
        expired.Select(entry => entry.Valid).Order().ShouldBe(Enumerable.Range(1000, 500).Select(valid => (long)valid));
        index.Rows.EarliestValid.ShouldBe(1500); // what was given out is the caller's
        (new Facts("httpa.example.org/5", []) with { Valid = 1005 }).PutInto(index);
        index.Rows.EarliestValid.ShouldBe(1005);
        var facts = new Facts("httpa.example.org/9999", []);
        index.SetValid(facts.Name, facts.Levels, 77);
        index.Rows.EarliestValid.ShouldBe(77);
    }

    [Fact]
    public void A_sample_is_of_all_live_entries_alike()
    {
        var index = Indexes.New();
        for (var i = 0; i < 1000; i++) new Facts($"httpa.example.org/{i}", []).PutInto(index);
        for (var i = 0; i < 900; i++) index.Remove(new Facts($"httpa.example.org/{i}", []).Name, default).ShouldBeTrue();
        var sample = new List<ListedEntry>();
        for (var i = 0; i < 200; i++) index.Rows.Sample(new Random(i), 20, sample);
        sample.Count.ShouldBeGreaterThan(2000);
        sample.Select(entry => entry.Entry.Name).Distinct().Count().ShouldBe(100);
        sample.GroupBy(entry => entry.Entry.Name).ShouldAllBe(group => group.Count() < sample.Count / 30);
    }
}
