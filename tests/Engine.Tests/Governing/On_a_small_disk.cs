using Towncrier.Agent.Governing;
using Towncrier.Agent.Observing;
using Towncrier.Engine.Tests.Support;
using Towncrier.Linux;
using Towncrier.Peers;

namespace Towncrier.Engine.Tests.Governing;

public sealed class On_a_small_disk
{
    private static readonly CacheLimits Limits = CacheLimits.Off with { DiskLimit = 0.5, DiskLimitCheckInterval = TimeSpan.FromDays(1) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_least_recently_used_go_until_the_limit_is_kept(bool recency)
    {
        await using var disk = await SmallDisk.MountAsync("8m", ",strictatime");
        using var folder = new CacheFolder("1:2", disk.Path);
        await using var governed = new GovernedFolder(folder, Limits, recency);
        for (var i = 0; i < 90; i++)
        {
            governed.Store(i, 60_000);
            if (recency) await governed.SettleAsync(); // in this order, then
        }

        // The access times of strictatime, without waiting for them: the first twenty are in use, the others are as old as their number says.
        for (var i = 0; i < 90; i++) File.SetLastAccessTimeUtc(governed.PathOf(i), DateTime.UtcNow.AddHours(i < 20 ? 1 : -1).AddMinutes(i));
        for (var i = 0; i < 90; i++) File.SetLastWriteTimeUtc(governed.PathOf(i), DateTime.UtcNow.AddDays(-1));
        await governed.SettleAsync();
        for (var i = 0; i < 20; i++) governed.Use(i);
        Usage(disk).ShouldBeGreaterThan(0.6);
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => Usage(disk) <= 0.5, "the disk is below its limit");
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.LruNukedDisk] == 90 - governed.There(90).Length, "all are counted");
        var there = governed.There(90);
        there.Take(20).ShouldBe(Enumerable.Range(0, 20));
        there.Length.ShouldBeInRange(60, 68); // 68 of 15 pages each are half of it: no more went than had to
        if (recency) there.Skip(20).ShouldBe(Enumerable.Range(there[20], there.Length - 20));
        governed.Index.Count.ShouldBe(there.Length);
    }

    [Fact]
    public async Task A_file_system_that_runs_out_of_inodes_is_full_too()
    {
        await using var disk = await SmallDisk.MountAsync("64m", ",nr_inodes=500");
        using var folder = new CacheFolder("", disk.Path);
        await using var governed = new GovernedFolder(folder, Limits);
        for (var i = 0; i < 400; i++) governed.Store(i);
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.There(400).Length <= 250, "half of the inodes are free");
        governed.There(400).Length.ShouldBeInRange(230, 250);
    }

    [Fact]
    public async Task A_nudge_checks_at_once_and_so_does_a_limit_that_is_set()
    {
        await using var disk = await SmallDisk.MountAsync("4m");
        using var folder = new CacheFolder("1:2", disk.Path);
        await using var governed = new GovernedFolder(folder, Limits);
        await governed.GovernAsync();
        await FillAsync(governed, 0, 50);
        Usage(disk).ShouldBeGreaterThan(0.7); // the next look is a day away
        governed.Governor.Nudge();
        await Eventually.TrueAsync(() => Usage(disk) <= 0.5, "the nudge was followed");
        await FillAsync(governed, 100, 20);
        governed.Governor.Limits = Limits with { DiskLimit = 0.4, DiskLimitCheckInterval = TimeSpan.FromMilliseconds(20) };
        await Eventually.TrueAsync(() => Usage(disk) <= 0.4, "the new limit holds");
        await FillAsync(governed, 200, 20);
        await Eventually.TrueAsync(() => Usage(disk) <= 0.4, "the new interval, too");
    }

    [Fact]
    public async Task Files_that_are_open_elsewhere_do_not_cost_the_whole_cache()
    {
        await using var disk = await SmallDisk.MountAsync("4m");
        using var folder = new CacheFolder("1:2", disk.Path);
        await using var governed = new GovernedFolder(folder, Limits);
        for (var i = 0; i < 50; i++) governed.Store(i, 60_000);
        var held = Enumerable.Range(0, 50).Select(i => File.OpenRead(governed.PathOf(i))).ToArray();
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.LruNukedDisk] > 0, "some went");
        governed.Governor.Limits = CacheLimits.Off;
        // The turn that deleted has ended when another has: about as many went as were over the limit, and then it saw that it does not help.
        governed.Governor.Limits = CacheLimits.Off with { MemoryLimit = CacheLimits.LeastBytes, MemLimitCheckInterval = TimeSpan.FromMilliseconds(10) };
        governed.There(50).Length.ShouldBeInRange(20, 45);
        foreach (var file in held) await file.DisposeAsync();
    }

    private static async Task FillAsync(GovernedFolder governed, int from, int count)
    {
        for (var i = from; i < from + count; i++) governed.Store(i, 60_000);
        await governed.SettleAsync();
    }

    private static double Usage(SmallDisk disk)
    {
        DirectoryHandle.TryOpen(disk.Path, out var handle).ShouldBe(Errno.None);
        using (handle)
        {
            handle!.Usage(out var usage).ShouldBe(Errno.None);
            return usage.Fraction;
        }
    }
}
