using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Purging;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Purging;

public sealed class Purging_files : IDisposable
{
    private const long Now = 1_800_000_000;
    private readonly CacheFolder _folder = new();
    private readonly CacheIndex _index = Indexes.New();
    private readonly PurgeTally _tally = new();
    private readonly Purger _purger;

    public Purging_files()
        => _purger = new Purger(_folder.Root, _index, TagHeaders.Default, new SoftExpiry(60), new StandingClock(DateTimeOffset.FromUnixTimeSeconds(Now)));

    public void Dispose()
    {
        _purger.Dispose();
        _folder.Dispose();
        _index.CheckIntegrity();
    }

    [Fact]
    public void Soft_writes_the_times_and_the_file_stays()
    {
        var file = CacheFolder.FileFor(1, "t");
        var path = Store(file);
        Purge(file, PurgeMode.Soft).ShouldBe(PurgeOutcome.Purged);
        File.ReadAllBytes(path).ShouldBe((file with { Valid = Now - 2, Updating = 60, LastModified = 0 }).ToBytes());
        _index.Describe(new EntryRef(0, file.Name, _folder.Levels))!.Valid.ShouldBe(Now - 2);
        _tally.Bytes.ShouldBe(file.ToBytes().Length);
    }

    [Fact]
    public void Hard_makes_it_worthless_for_whoever_has_it_open_and_unlinks_it()
    {
        var file = CacheFolder.FileFor(1) with { Updating = 5, Error = 6 };
        var path = Store(file);
        using var open = File.OpenRead(path); // as nginx with open_file_cache
        Purge(file, PurgeMode.Hard).ShouldBe(PurgeOutcome.Purged);
        File.Exists(path).ShouldBeFalse();
        _index.Count.ShouldBe(0);
        var expected = (file with { Valid = 1, Updating = 0, Error = 0, LastModified = 0 }).ToBytes();
        expected[0] = 0;
        var left = new byte[expected.Length];
        open.ReadExactly(left);
        left.ShouldBe(expected);
        Purge(file, PurgeMode.Hard).ShouldBe(PurgeOutcome.AlreadyGone);
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        var file = CacheFolder.FileFor(1);
        var path = Store(file);
        var before = File.GetLastWriteTimeUtc(path);
        Purge(file, PurgeMode.Hard, dryRun: true).ShouldBe(PurgeOutcome.WouldPurge);
        File.ReadAllBytes(path).ShouldBe(file.ToBytes());
        File.GetLastWriteTimeUtc(path).ShouldBe(before);
        (_index.Count, _tally.Bytes).ShouldBe((1, 0));
    }

    [Fact]
    public void A_file_that_holds_another_key_now_is_left_alone()
    {
        var file = CacheFolder.FileFor(1);
        var path = Store(file);
        var other = CacheFolder.FileFor(2);
        _folder.Store(other, file.Name);
        Purge(file, PurgeMode.Hard).ShouldBe(PurgeOutcome.Replaced);
        File.ReadAllBytes(path).ShouldBe(other.ToBytes());
    }

    [Theory]
    [InlineData(1_700_000_000, 0, true)]
    [InlineData(1_699_999_999, 0, false)]
    [InlineData(long.MaxValue, 1_700_000_000, false)]
    [InlineData(long.MaxValue, 1_699_999_999, true)]
    public void Only_what_was_stored_in_the_time_that_is_meant_goes(long until, long after, bool goes)
    {
        var file = CacheFolder.FileFor(1);
        Store(file);
        _purger.PurgeOne(file.Name, _folder.Levels, Order(file, PurgeMode.Hard, false) with { StoredUntil = until, StoredAfter = after }, _tally).ShouldBe(goes ? PurgeOutcome.Purged : PurgeOutcome.Newer);
    }

    [Fact]
    public void A_symlink_swapped_in_is_not_followed()
    {
        var file = CacheFolder.FileFor(1);
        var path = Store(file);
        var target = _folder.Outside + "/target";
        File.Move(path, target);
        File.CreateSymbolicLink(path, target);
        foreach (var mode in (PurgeMode[])[PurgeMode.Soft, PurgeMode.Hard]) Purge(file, mode).ShouldBe(PurgeOutcome.Unreadable);
        File.ReadAllBytes(target).ShouldBe(file.ToBytes());
        File.Delete(path);

        var level = Path.GetDirectoryName(path)!;
        Directory.Move(level, _folder.Outside + "/level");
        File.Move(target, $"{_folder.Outside}/level/{file.Name}");
        Directory.CreateSymbolicLink(level, _folder.Outside + "/level");
        Purge(file, PurgeMode.Hard).ShouldBeOneOf(PurgeOutcome.Unreadable, PurgeOutcome.AlreadyGone);
        File.ReadAllBytes($"{_folder.Outside}/level/{file.Name}").ShouldBe(file.ToBytes());
    }

    [Fact]
    public void What_took_the_name_and_is_no_cache_file_is_left_alone_and_no_disk_failure()
    {
        var file = CacheFolder.FileFor(1);
        var path = Store(file);
        foreach (var take in (Action[])[() => Directory.CreateDirectory(path), () => File.WriteAllText(path, "mine"), () => File.WriteAllBytes(path, []), () => Fifo(path)])
        {
            File.Delete(path);
            take();
            Purge(file, PurgeMode.Hard).ShouldBe(PurgeOutcome.Unreadable);
            Path.Exists(path).ShouldBeTrue();
            if (Directory.Exists(path)) Directory.Delete(path);
        }

        _tally.HasFailures.ShouldBeFalse();
    }

    [Fact]
    public void Temporary_and_foreign_files_beside_it_stay()
    {
        var file = CacheFolder.FileFor(1);
        var path = Store(file);
        string[] others = [path + ".0000000009", path + "x", Path.GetDirectoryName(path) + "/README"];
        foreach (var other in others) File.WriteAllBytes(other, file.ToBytes());
        Purge(file, PurgeMode.Hard).ShouldBe(PurgeOutcome.Purged);
        foreach (var other in others) File.ReadAllBytes(other).ShouldBe(file.ToBytes());
    }

    [Fact]
    public void Five_thousand_files_are_purged_by_several_threads_each_once()
    {
        var files = Enumerable.Range(0, 5000).Select(i => CacheFolder.FileFor(i)).ToArray();
        foreach (var file in files) Store(file);
        var entries = files.Select(f => new EntryRef(0, f.Name, _folder.Levels)).ToArray();
        var meant = 0;
        var outcomes = _purger.Purge(entries, new PurgeOrder(PurgeMode.Hard, false, (in EntryFacts _) => Interlocked.Increment(ref meant) > 0), _tally);
        outcomes.ShouldAllBe(o => o == PurgeOutcome.Purged);
        (meant, _index.Count, _tally[PurgeOutcome.Purged]).ShouldBe((5000, 0, 5000));
        _tally.Bytes.ShouldBe(files.Sum(f => (long)f.ToBytes().Length));
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <summary>The judge is asked between open and write: the moment in which nginx may store the name anew.</summary>
    [Theory]
    [InlineData(PurgeMode.Soft)]
    [InlineData(PurgeMode.Hard)]
    public void A_file_renamed_over_the_one_being_purged_is_purged_too(PurgeMode mode)
    {
        var file = CacheFolder.FileFor(1);
        var path = Store(file);
        var judged = 0;
        var order = new PurgeOrder(mode, false, (in EntryFacts _) =>
        {
            if (judged++ == 0) Store(file with { Body = "new body" });
            return true;
        });
        _purger.PurgeOne(file.Name, _folder.Levels, order, _tally).ShouldBe(PurgeOutcome.Purged);
        judged.ShouldBe(2);
        File.Exists(path).ShouldBe(mode == PurgeMode.Soft);
        if (mode == PurgeMode.Soft) File.ReadAllBytes(path).ShouldBe((file with { Body = "new body", Valid = Now - 2, Updating = 60, LastModified = 0 }).ToBytes());
        _index.Count.ShouldBe(mode == PurgeMode.Soft ? 1 : 0);
    }

    private string Store(CacheFile file)
    {
        var path = _folder.Store(file);
        new Facts(file.Key, []) { Levels = _folder.Levels, Stored = file.Date, Valid = file.Valid }.PutInto(_index);
        return path;
    }

    private PurgeOutcome Purge(CacheFile file, PurgeMode mode, bool dryRun = false) => _purger.PurgeOne(file.Name, _folder.Levels, Order(file, mode, dryRun), _tally);

    private static PurgeOrder Order(CacheFile file, PurgeMode mode, bool dryRun)
        => new(mode, dryRun, (in EntryFacts facts) => facts.Key.SequenceEqual(Encoding.UTF8.GetBytes(file.Key)));

    private static void Fifo(string path)
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", path);
        made.WaitForExit();
    }
}
