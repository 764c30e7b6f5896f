using Towncrier.Peers;

namespace Towncrier.Store.Tests;

/// <summary>Somebody empties the directory of a running store, or removes it: what was there is gone, and the store goes on.</summary>
public sealed class Removed_by_others
{
    private const string Site = "https://www.example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_is_in_the_directory()
    {
        await using var site = await OpenStore.StartAsync();
        await site.PutAsync(Site + "/a", "old", "t");
        foreach (var folder in Directory.GetDirectories(site.CacheDirectory)) Directory.Delete(folder, recursive: true);
        site.Read(Site + "/a").ShouldBeNull();
        await GoesOn(site);
    }

    [Fact]
    public async Task The_directory_itself()
    {
        await using var site = await OpenStore.StartAsync();
        await site.PutAsync(Site + "/a", "old", "t");
        Directory.Delete(site.CacheDirectory, recursive: true);
        site.Read(Site + "/a").ShouldBeNull();
        await GoesOn(site);
        Should.Throw<IOException>(() => DiskStore.Open(new StoreOptions { Directory = site.CacheDirectory, StateDirectory = site.Folder + "/other" }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
            .Message.ShouldContain("in use by another store");
    }

    [Fact]
    public async Task While_objects_are_written()
    {
        await using var site = await OpenStore.StartAsync();
        var body = new HeldStream();
        var writing = site.Store.PutAsync(new ObjectKey(Site + "/held"), OpenStore.Head(), body, Cancel).AsTask();
        await body.IsRead;
        Directory.Delete(site.CacheDirectory, recursive: true);
        await GoesOn(site);
        body.Release();
        (await writing).ShouldBe(PutOutcome.Failed);
        site.Read(Site + "/held").ShouldBeNull();
        site.Read(Site + "/a").ShouldBe("new");
    }

    private static async Task GoesOn(OpenStore site)
    {
        await site.PutAsync(Site + "/a", "new", "t");
        site.Read(Site + "/a").ShouldBe("new");
        Directory.GetFiles(site.CacheDirectory + "/temp").ShouldBeEmpty();

        // It is watched, too: a file that another program copies there is known, and goes by its tag.
        var copy = Directory.CreateTempSubdirectory("towncrier-store-").FullName;
        await using (var other = await OpenStore.StartAsync(folder: copy))
        {
            await other.PutAsync(Site + "/b", "copied", "t");
            var file = other.Files.Single();
            var there = site.CacheDirectory + file[other.CacheDirectory.Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(there)!);
            File.Copy(file, there);
        }

        await Eventually.TrueAsync(() => site.Read(Site + "/b") == "copied", "what was copied there is known");
        await Eventually.TrueAsync(() => site.Store.IsReady && site.Store.Count == 2, "the directory that stands there now is watched");
        (await site.Store.InvalidateTagsAsync(["t"], Cancel)).Sum(report => report.Purged).ShouldBe(2);
        site.Files.ShouldBeEmpty();
        site.Store.CheckIntegrity();
        await site.PutAsync(Site + "/a", "new", "t");
    }
}
