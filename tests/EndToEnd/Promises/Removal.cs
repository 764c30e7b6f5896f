using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Promises;

/// <summary>The cache directory is removed, or moved away, and comes back.</summary>
public class Removal
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_agent_is_not_ready_until_it_is_back_and_then_purges_again(bool moved)
    {
        await using var stage = await Stage.CountingAsync(new Play { Fence = "0s" }, ("Cache-Tag", "article"));
        for (var round = 1; round <= 3; round++)
        {
            (await stage.SeenAsync("/page")).ShouldStartWith("MISS");
            await stage.CachedAsync("/page");
            if (moved) Directory.Move(stage.CacheDir, stage.CacheDir + ".old" + round);
            else Directory.Delete(stage.CacheDir, recursive: true);
            await ReadyAsync(stage, 503);
            Directory.CreateDirectory(stage.CacheDir);
            await ReadyAsync(stage, 200);
            (await stage.SeenAsync("/page")).ShouldStartWith("MISS");
            await stage.CachedAsync("/page");
            var told = await stage.Agent.AppliedAsync(new { command = "xkey", value = new[] { "article" } });
            (told.Matched, told.Purged).ShouldBe((1, 1));
        }
    }

    [Fact]
    public async Task Replaced_in_one_moment_a_purge_right_after_misses_nothing()
    {
        await using var stage = await Stage.CountingAsync(new Play { Fence = "0s" });
        for (var round = 1; round <= 10; round++)
        {
            await stage.SeenAsync("/page");
            await stage.CachedAsync("/page");
            Directory.Move(stage.CacheDir, stage.CacheDir + ".old" + round);
            Copy(stage.CacheDir + ".old" + round, stage.CacheDir);
            await stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/page" } });
            CacheFiles.List(stage.CacheDir).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Emptied_below_and_filled_again_every_level_is_watched()
    {
        await using var stage = await Stage.CountingAsync(new Play { Fence = "0s" });
        for (var round = 1; round <= 20; round++)
        {
            (await stage.SeenAsync("/page")).ShouldStartWith("MISS");
            await stage.CachedAsync("/page");
            (await stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/page" } })).Purged.ShouldBe(1);
            foreach (var level in Directory.GetDirectories(stage.CacheDir))
                Directory.Delete(level, recursive: true);
        }
    }

    private static Task ReadyAsync(Stage stage, int status) => Eventually.TrueAsync(
        async () => (await stage.Agent.Probe.GetAsync("/readyz")).Status == status, $"readiness is {status}");

    private static void Copy(string from, string to)
    {
        foreach (var file in CacheFiles.List(from))
        {
            var target = to + file[from.Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
