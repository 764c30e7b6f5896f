using Towncrier.Agent.Nginx;
using Towncrier.Agent.Purging;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Watching;

public sealed class Watching_a_cache
{
    [Fact]
    public async Task Files_renamed_into_new_directories_at_full_speed_are_all_indexed()
    {
        const int files = 20_000;
        using var folder = new CacheFolder();
        await using var watched = new Watched(folder);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(() =>
        {
            for (var i = half; i < files; i += 2) folder.Store(CacheFolder.FileFor(i));
        }))).Within();
        await watched.SettleAsync();
        watched.Index.Count.ShouldBe(files);
        watched.Arrivals.Distinct().Count().ShouldBe(files);
    }

    [Fact]
    public async Task Catching_up_sees_what_was_renamed_before_the_call()
    {
        using var folder = new CacheFolder();
        await using var watched = new Watched(folder);
        await watched.Covered;
        for (var i = 0; i < 500; i++)
        {
            var file = CacheFolder.FileFor(i);
            folder.Store(file);
            watched.Watcher.CatchUp();
            watched.Index.Key(file.Key).ShouldBe([file.Name]);
        }
    }

    [Fact]
    public async Task A_header_rewritten_in_place_is_an_arrival_and_our_own_soft_write_is_none()
    {
        using var folder = new CacheFolder();
        var file = CacheFolder.FileFor(1);
        var path = folder.Store(file);
        await using var watched = new Watched(folder);
        await watched.SettleAsync();
        watched.Arrivals.Clear();

        using (var stream = File.OpenWrite(path)) stream.Write((file with { Valid = file.Valid + 7, Date = file.Date + 7 }).ToBytes()); // a 304
        await watched.SettleAsync();
        watched.Arrivals.ShouldBe([file.Name]);
        watched.Index.TimesOf(new Agent.Indexing.EntryRef(0, file.Name, folder.Levels)).Stored.ShouldBe(file.Date + 7);

        watched.Arrivals.Clear();
        using var purger = new Purger(folder.Root, watched.Index, TagHeaders.Default, new SoftExpiry(), TimeProvider.System);
        var order = new PurgeOrder(PurgeMode.Soft, DryRun: false, (in EntryFacts _) => true);
        purger.PurgeOne(file.Name, folder.Levels, order, new PurgeTally()).ShouldBe(PurgeOutcome.Purged);
        await watched.SettleAsync();
        watched.Arrivals.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_deleted_truncated_or_replaced_by_something_else_leaves_the_index()
    {
        using var folder = new CacheFolder();
        var files = Enumerable.Range(0, 4).Select(i => CacheFolder.FileFor(i)).ToArray();
        foreach (var file in files) folder.Store(file);
        await using var watched = new Watched(folder);
        await watched.SettleAsync();
        watched.Index.Count.ShouldBe(4);
        File.Delete(folder.PathOf(files[0]));
        File.WriteAllBytes(folder.PathOf(files[1]), []);
        File.Delete(folder.PathOf(files[2]));
        File.CreateSymbolicLink(folder.PathOf(files[2]), folder.PathOf(files[3]));
        await watched.SettleAsync();
        watched.Index.Everything().ShouldBe([files[3].Name]);
    }

    [Fact]
    public async Task Level_directories_may_go_and_come_again()
    {
        using var folder = new CacheFolder();
        await using var watched = new Watched(folder);
        await watched.Covered;
        for (var round = 0; round < 30; round++)
        {
            for (var i = 0; i < 40; i++) folder.Store(CacheFolder.FileFor(i));
            foreach (var level in Directory.GetDirectories(folder.Path)) Directory.Delete(level, recursive: true);
            for (var i = 20; i < 50; i++) folder.Store(CacheFolder.FileFor(i));
            await watched.SettleAsync();
            watched.Index.Everything().ShouldBe(Enumerable.Range(20, 30).Select(i => CacheFolder.FileFor(i).Name).OrderBy(n => n.Value));
        }
    }

    [Fact]
    public async Task A_directory_moved_in_or_out_with_all_it_holds_is_noticed()
    {
        using var folder = new CacheFolder();
        for (var i = 0; i < 200; i++) folder.Store(CacheFolder.FileFor(i));
        await using var watched = new Watched(folder);
        await watched.SettleAsync();
        var level = Directory.GetDirectories(folder.Path)[0];
        var inIt = Directory.GetFiles(level, "*", SearchOption.AllDirectories).Length;
        Directory.Move(level, folder.Outside + "/away");
        await watched.SettleAsync();
        watched.Index.Count.ShouldBe(200 - inIt);
        Directory.Move(folder.Outside + "/away", level);
        await watched.SettleAsync();
        watched.Index.Count.ShouldBe(200);
    }

    [Fact]
    public async Task The_root_may_be_removed_and_made_again()
    {
        using var folder = new CacheFolder();
        folder.Store(CacheFolder.FileFor(1));
        await using var watched = new Watched(folder);
        await watched.SettleAsync();
        for (var round = 0; round < 5; round++)
        {
            Directory.Delete(folder.Path, recursive: true);
            watched.Watcher.CatchUp(); // takes the event away from the thread that waits for it
            watched.Watcher.Coverage.IsCovered.ShouldBeFalse();
            Directory.CreateDirectory(folder.Path);
            folder.Store(CacheFolder.FileFor(100 + round));
            await watched.SettleAsync();
            watched.Index.Everything().ShouldBe([CacheFolder.FileFor(100 + round).Name]);
        }

        watched.Watcher.Trouble.ShouldBeNull();
    }

    [Fact]
    public async Task A_root_that_is_missing_is_waited_for()
    {
        using var folder = new CacheFolder();
        Directory.Delete(folder.Path);
        await using var watched = new Watched(folder);
        watched.Watcher.Coverage.IsCovered.ShouldBeFalse();
        Directory.CreateDirectory(folder.Path);
        folder.Store(CacheFolder.FileFor(1));
        await watched.SettleAsync();
        watched.Index.Count.ShouldBe(1);
    }

    /// <summary>The handler holds the pump up until more has happened than the kernel's queue holds.</summary>
    [Fact]
    public async Task An_overflow_leads_to_a_rescan_and_nothing_is_missed()
    {
        const int files = 12_000; // two events each and more
        Assert.SkipWhen(Linux.KernelLimits.InotifyQueuedEvents > 2 * files, "fs.inotify.max_queued_events is too high to overflow it here");
        using var folder = new CacheFolder(""); // one directory: what is not watched yet cannot overflow the queue
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var trigger = CacheFolder.FileFor(-1);
        await using var watched = new Watched(folder, arrived: (in EntryFacts facts) =>
        {
            if (facts.Name != trigger.Name) return;
            entered.Set();
            go.Wait(TimeSpan.FromSeconds(60));
        });
        await watched.Covered;
        folder.Store(trigger);
        entered.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken).ShouldBeTrue();
        var removed = CacheFolder.FileFor(0);
        for (var i = 0; i < files; i++) folder.Store(CacheFolder.FileFor(i));
        File.Delete(folder.PathOf(removed));
        go.Set();
        await watched.SettleAsync();
        watched.Watcher.Overflows.ShouldBePositive();
        watched.Index.Count.ShouldBe(files);
        watched.Index.Key(removed.Key).ShouldBeEmpty();
    }
}
