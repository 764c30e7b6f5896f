using Towncrier.Agent.Governing;
using Towncrier.Peers;

namespace Towncrier.Store.Tests;

/// <summary>A real file system of a few megabytes.</summary>
public sealed class Small_disks
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_put_that_finds_the_disk_full_is_refused_and_leaves_nothing_and_room_made_is_used()
    {
        await using var disk = await SmallDisk.MountAsync("4m");
        await using var site = await OpenStore.StartAsync(options => options with { Limits = CacheLimits.Off }, disk.Path + "/site"); // else what was stored may be evicted by then
        var body = new string('x', 300_000);
        var outcomes = new List<PutOutcome>();
        for (var i = 0; i < 30; i++)
        {
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
            outcomes.Add(await site.Store.PutAsync(new ObjectKey($"https://www.example.org/{i}"), OpenStore.Head($"n-{i}"), stream, Cancel));
        }

        outcomes.ShouldContain(PutOutcome.Stored);
        outcomes.ShouldContain(PutOutcome.NoSpace);
        Directory.GetFiles(Path.Combine(site.CacheDirectory, "temp")).ShouldBeEmpty();
        for (var i = 0; i < 30; i++) site.Read($"https://www.example.org/{i}").ShouldBe(outcomes[i] == PutOutcome.Stored ? body : null);
        await site.Store.InvalidateTagsAsync(["n-0", "n-1"], Cancel);
        await site.PutAsync("https://www.example.org/new", body);
        site.Read("https://www.example.org/new").ShouldBe(body);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_refuses_puts_and_goes_on_reading()
    {
        await using var disk = await SmallDisk.MountAsync("4m");
        await using var site = await OpenStore.StartAsync(options => options with { StateDirectory = Directory.CreateTempSubdirectory("towncrier-state-").FullName }, disk.Path + "/site");
        await site.PutAsync("https://www.example.org/a", "a");
        await disk.RemountAsync("ro");
        (await site.Store.PutAsync(new ObjectKey("https://www.example.org/b"), OpenStore.Head(), OpenStore.Bytes("b"), Cancel)).ShouldBe(PutOutcome.Failed);
        site.Read("https://www.example.org/a").ShouldBe("a");
        await disk.RemountAsync("rw");
        await site.PutAsync("https://www.example.org/b", "b");
    }

    [Fact]
    public async Task Beyond_the_disks_limit_the_least_recently_used_go_also_those_of_unknown_length()
    {
        await using var disk = await SmallDisk.MountAsync("16m");
        await using var site = await OpenStore.StartAsync(options => options with { Limits = new() { DiskLimit = 0.6 } }, disk.Path + "/site");
        var body = new string('x', 100_000);
        for (var i = 0; i < 400; i++)
        {
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
            await site.Store.PutAsync(new ObjectKey($"https://www.example.org/{i}"), OpenStore.Head(), i % 2 == 0 ? stream : new UnknownLength(stream), Cancel);
            site.Read("https://www.example.org/0"); // used all the time
        }

        await Eventually.TrueAsync(() => site.Store.Count < 100, "the disk is below its limit");
        site.Read("https://www.example.org/0").ShouldBe(body);
        site.Read("https://www.example.org/1").ShouldBeNull();
        site.Read("https://www.example.org/399").ShouldBe(body);
        site.Store.Count.ShouldBeGreaterThan(50);
        await Eventually.TrueAsync(() => site.Store.Count == site.Files.Count(), "a row for each file");
        site.Store.Metrics().ShouldContain("reason=\"lru_nuked_disk\"");
        site.Store.Limits = site.Store.Limits with { DiskLimit = 0.2 };
        await Eventually.TrueAsync(() => site.Store.Count < 35, "a limit that is set holds at once");
    }

    [Fact]
    public async Task Beyond_the_memorys_limit_the_least_recently_used_go_under_churn()
    {
        const int Limit = 256 * 1024;
        await using var site = await OpenStore.StartAsync(options => options with { Limits = new() { MemoryLimit = Limit, MemLimitCheckInterval = TimeSpan.FromMilliseconds(20) } });
        for (var i = 0; i < 6000; i++)
        {
            await site.PutAsync($"https://www.example.org/{i}", "x", $"tag-{i % 50}");
            if (i % 50 == 0) site.Read("https://www.example.org/0");
            if (i % 50 == 3) site.Store.Touch(new ObjectKey("https://www.example.org/2"), DateTimeOffset.UtcNow.AddHours(2));
        }

        await Eventually.TrueAsync(() => site.Store.LiveBytes <= Limit, "the index is below its limit");
        site.Read("https://www.example.org/0").ShouldBe("x");
        site.Read("https://www.example.org/1").ShouldBeNull();
        site.Read("https://www.example.org/2").ShouldBe("x");
        site.Store.Count.ShouldBeInRange(1000, 3500);
        site.Store.Metrics().ShouldContain("reason=\"lru_nuked_memory\"");
        site.Store.CheckIntegrity();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_restart_what_was_used_last_stays_too(bool isSaved)
    {
        var first = await OpenStore.StartAsync();
        for (var i = 0; i < 2000; i++) await first.PutAsync($"https://www.example.org/{i}", "x");
        for (var i = 0; i < 100; i++) first.Read($"https://www.example.org/{i}");
        await first.CloseAsync();
        var saved = first.CacheDirectory + ".state/order";
        if (!isSaved) await File.WriteAllTextAsync(saved, "TCORDER1 and something torn", Cancel); // then it is the time of the put, of which all have the same or nearly
        await using var site = await OpenStore.StartAsync(options => options with { Limits = new() { MemoryLimit = 128 * 1024, MemLimitCheckInterval = TimeSpan.FromMilliseconds(20) } }, first.Folder);
        await Eventually.TrueAsync(() => site.Store.IsReady && site.Store.Count > 0 && site.Store.LiveBytes <= 128 * 1024, "the index is below its limit");
        if (isSaved) Enumerable.Range(0, 100).Count(i => site.Read($"https://www.example.org/{i}") is null).ShouldBe(0);
        if (isSaved) Enumerable.Range(100, 100).Count(i => site.Read($"https://www.example.org/{i}") is not null).ShouldBe(0);
        site.Store.CheckIntegrity();
    }

    [Fact]
    public async Task What_has_expired_is_swept_away()
    {
        await using var site = await OpenStore.StartAsync(options => options with { Limits = new() { ExpiredRespSweepInterval = TimeSpan.FromMilliseconds(50) } });
        for (var i = 0; i < 20; i++)
            await site.Store.PutAsync(new ObjectKey($"https://www.example.org/{i}"), new ObjectHead { Expires = DateTimeOffset.UtcNow.AddSeconds(i < 10 ? 1 : 100) }, OpenStore.Bytes("x"), Cancel);
        await Eventually.TrueAsync(() => site.Store.Count == 10, "the expired ones are gone");
        site.Files.Count().ShouldBe(10);
        site.Store.Metrics().ShouldContain("reason=\"expired\"");
    }
}
