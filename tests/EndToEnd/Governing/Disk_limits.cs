using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Governing;

public sealed class Disk_limits
{
    [Fact]
    public async Task Nginx_fills_a_small_disk_and_the_agent_keeps_it_below_its_limit_by_what_was_least_used()
    {
        await using var cache = await SmallCache.StartAsync("disk_limit: 0.6; disk_limit_check_interval: 50ms");
        // Some pages are asked for all the time, and more than the disk holds are asked for once each.
        for (var page = 0; page < 300; page++)
        {
            await cache.AskAsync(1000 + (page % 10));
            await cache.AskAsync(page);
            if (page % 20 == 19) await Eventually.TrueAsync(async () => await cache.UsageAsync() <= 0.6, $"the disk is below its limit after {page + 1} pages");
        }

        var statuses = new List<string>();
        for (var page = 0; page < 10; page++) statuses.Add(await cache.AskAsync(1000 + page));
        statuses.ShouldAllBe(status => status == "HIT");
        (await cache.DeletedAsync("lru_nuked_disk")).ShouldBeInRange(200, 310);
        cache.Files.ShouldBeInRange(40, 90);
        (await cache.AskAsync(0)).ShouldBe("MISS"); // evicted, fetched anew, and cached again
        (await cache.AskAsync(0)).ShouldBe("HIT");
        cache.ErrorLog.ShouldNotContain("No space left");
    }

    [Fact]
    public async Task What_the_agent_evicted_is_not_served_out_of_nginxs_open_file_cache()
    {
        await using var cache = await SmallCache.StartAsync("", change: setup => setup with { OpenFileCache = true });
        // Half of the disk at most: nginx keeps what was deleted open for a while, and its space is not free until then.
        for (var page = 0; page < 40; page++) await cache.AskAsync(page);
        for (var page = 0; page < 40; page++) (await cache.AskAsync(page)).ShouldBe("HIT");
        (await Cli.RunAsync("config", "set", "disk_limit=0.2", "disk_limit_check_interval=50ms", "--agent", cache.Agent.Address)).ExitCode.ShouldBe(0);
        await Eventually.TrueAsync(async () => await cache.DeletedAsync("lru_nuked_disk") >= 10, "pages were evicted");
        (await Cli.RunAsync("config", "set", "disk_limit=off", "--agent", cache.Agent.Address)).ExitCode.ShouldBe(0);
        var left = cache.Files;
        left.ShouldBeLessThanOrEqualTo(30);
        var hits = 0;
        for (var page = 0; page < 40; page++) hits += await cache.AskAsync(page) == "HIT" ? 1 : 0;
        hits.ShouldBe(left);
    }

    [Fact]
    public async Task Expired_pages_go_when_that_is_asked_for_and_not_before_their_stale_window_ends()
    {
        await using var cache = await SmallCache.StartAsync(
            "expired_resp_sweep_interval: 50ms", change: setup => setup with { Valid = null },
            cacheControl: target => target.EndsWith('0') ? "max-age=1, stale-while-revalidate=600" : target.EndsWith('1') ? "max-age=600" : "max-age=1");
        for (var page = 0; page < 40; page++) await cache.AskAsync(page);
        await Eventually.TrueAsync(async () => await cache.DeletedAsync("expired") >= 32, "what has expired went");
        (await cache.DeletedAsync("expired")).ShouldBe(32);
        cache.Files.ShouldBe(8); // four that are fresh, and four that may be served stale
        foreach (var page in (int[])[1, 11, 21, 31]) (await cache.AskAsync(page)).ShouldBe("HIT");
    }
}
