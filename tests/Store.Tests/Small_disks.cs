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
        await using var site = await OpenStore.StartAsync(folder: disk.Path + "/site");
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
}
