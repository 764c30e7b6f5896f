using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Promises;

/// <summary>When the kernel drops events the agent scans again, and no purge misses what it was not told of.</summary>
public class Overflows
{
    private const int Queue = 16_384; // fs.inotify.max_queued_events by default; more of them if it is larger
    private const int Known = 50;

    [Fact]
    public async Task What_was_stored_while_events_were_dropped_is_purged()
    {
        await using var stage = await Stage.CountingAsync(new Play { Fence = "0s" }, ("Cache-Tag", "all-of-them"));
        for (var page = 0; page < Known; page++)
            await stage.SeenAsync($"/known/{page}");
        var files = await CacheFiles.WaitForAsync(stage.CacheDir, Known);
        stage.Process.Signal(Posix.SigStop);
        Flood(Path.GetDirectoryName(files[0])!);
        for (var page = 0; page < Known; page++)
            await stage.SeenAsync($"/unseen/{page}");
        await CacheFiles.WaitForAsync(stage.CacheDir, 2 * Known);
        var purge = stage.Agent.AppliedAsync(new { command = "purge", value = new[] { "/unseen/7" } });
        stage.Process.Signal(Posix.SigCont);
        await purge;
        (await stage.SeenAsync("/unseen/7")).ShouldBe("MISS v2");
        await stage.CachedAsync("/unseen/7");
        (await stage.Agent.MetricAsync("towncrier_inotify_overflows_total")).ShouldBeGreaterThan(0);
        (await stage.Agent.AppliedAsync(new { command = "xkey", value = new[] { "all-of-them" } })).Purged.ShouldBe(2 * Known);
        CacheFiles.List(stage.CacheDir).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_entry_that_got_other_tags_while_events_were_dropped_is_found_by_them()
    {
        await using var stage = await Stage.StartAsync(
            request => Support.Origins.OriginReply.Text("v" + request.Number, ("Cache-Tag", "edition-" + request.Number)), new Play { Fence = "0s" });
        await stage.SeenAsync("/page");
        var file = (await CacheFiles.WaitForAsync(stage.CacheDir, 1)).Single();
        for (var edition = 2; edition < 5; edition++)
        {
            stage.Process.Signal(Posix.SigStop);
            Flood(Path.GetDirectoryName(file)!);
            File.Delete(file);
            (await stage.SeenAsync("/page")).ShouldBe($"MISS v{edition}");
            await CacheFiles.WaitForAsync(stage.CacheDir, 1);
            stage.Process.Signal(Posix.SigCont);
            (await stage.Agent.AppliedAsync(new { command = "xkey.soft", value = new[] { $"edition-{edition - 1}" } })).Purged.ShouldBe(0);
            (await stage.Agent.AppliedAsync(new { command = "xkey.soft", value = new[] { $"edition-{edition}" } })).Purged.ShouldBe(1);
        }
    }

    /// <summary>
    /// Makes twice as many events in a watched directory as the kernel keeps, for an agent that is being stopped may still
    /// take some; equal ones in a row would count once.
    /// </summary>
    private static void Flood(string directory)
    {
        var (one, other) = (Path.Combine(directory, "one"), Path.Combine(directory, "other"));
        var limit = int.Parse(File.ReadAllText("/proc/sys/fs/inotify/max_queued_events"), System.Globalization.CultureInfo.InvariantCulture);
        for (var made = 0; made <= 2 * Math.Max(limit, Queue); made += 2)
        {
            File.Create(one).Dispose();
            File.Move(one, other, overwrite: true);
        }

        File.Delete(other);
    }
}
