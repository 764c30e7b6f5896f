using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Towncrier.Agent.Governing;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>Whatever ails the disk: responses are served, evictions are true or throw, and the log says it once.</summary>
public sealed class Trouble
{
    [Fact]
    public async Task On_a_full_disk_pages_are_served_uncached_and_the_log_says_so_once()
    {
        await using var disk = await SmallDisk.MountAsync("4m");
        await using var site = await Site.StartAsync(Large, options => options.Limits = CacheLimits.Off, folder: disk.Path); // that nothing makes room
        for (var i = 0; i < 30; i++) (await site.GetAsync($"/{i}")).ShouldBe(new Reply(HttpStatusCode.OK, Body(i), false));
        for (var i = 0; i < 30; i++) (await site.BodyAsync($"/{i}")).ShouldBe(Body(i));
        site.Store.Count.ShouldBeInRange(1, 20);
        site.Log.Lines.Count(line => line.Contains("NoSpace", StringComparison.Ordinal)).ShouldBe(1);
        site.Store.Metrics().ShouldContain("towncrier_store_puts_total{outcome=\"no_space\"}");
    }

    [Fact]
    public async Task On_a_disk_that_became_read_only_what_is_cached_is_served_and_nothing_fails()
    {
        await using var disk = await SmallDisk.MountAsync("4m");
        using var state = new TempFolder();
        await using var site = await Site.StartAsync(options: options => options.StateDirectory = state.Of("state"), folder: disk.Path);
        await site.GetAsync("/before");
        await disk.RemountAsync("ro");
        (await site.GetAsync("/before")).IsHit.ShouldBeTrue();
        for (var i = 0; i < 3; i++) (await site.GetAsync("/after")).ShouldBe(new Reply(HttpStatusCode.OK, $"{i + 2} /after", false));

        // It is on a disk that cannot be written, and would be served again: that must not be taken for done.
        await Should.ThrowAsync<IOException>(async () => await site.OutputCache.EvictByTagAsync("before", TestContext.Current.CancellationToken));
        await disk.RemountAsync("rw");
        await site.OutputCache.EvictByTagAsync("before", TestContext.Current.CancellationToken);
        (await site.GetAsync("/before")).IsHit.ShouldBeFalse();
        site.Log.Lines.Count(line => line.Contains("was not stored (Failed)", StringComparison.Ordinal)).ShouldBe(1);
        site.Log.Lines.Count(line => line.Contains("creating a file failed: EROFS", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_served_and_not_cached()
    {
        await using var site = await Site.StartAsync(Large, options => options.MaxBodyBytes = 10_000);
        for (var i = 0; i < 2; i++) (await site.GetAsync("/1")).ShouldBe(new Reply(HttpStatusCode.OK, Body(1), false));
        site.Log.Lines.Count(line => line.Contains("TooLarge", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_page_with_a_tag_by_which_it_could_not_be_evicted_is_served_and_not_cached()
    {
        var calls = 0;
        await using var site = await Site.StartAsync(app => app.MapGet("/{page}", (Microsoft.AspNetCore.Http.HttpContext http) =>
        {
            http.Features.Get<Microsoft.AspNetCore.OutputCaching.IOutputCacheFeature>()!.Context.Tags.Add("half\ud800");
            return $"{Interlocked.Increment(ref calls)}";
        }).CacheOutput());
        for (var i = 1; i <= 3; i++) (await site.GetAsync("/a")).ShouldBe(new Reply(HttpStatusCode.OK, $"{i}", false));
        site.Log.Lines.Count(line => line.Contains("cannot be cached for its tag", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_url_that_is_too_long_for_a_key_is_served()
    {
        await using var site = await Site.StartAsync(services: services => services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestLineSize = 100_000));
        for (var i = 0; i < 2; i++) (await site.GetAsync("/a?" + new string('q', 40_000))).IsHit.ShouldBeFalse();
        (await site.GetAsync("/b")).IsHit.ShouldBeFalse();
        (await site.GetAsync("/b")).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task A_directory_of_another_store_is_told_at_the_start()
    {
        await using var site = await Site.StartAsync();
        (await Should.ThrowAsync<IOException>(() => Site.StartAsync(folder: site.Folder))).Message.ShouldContain("in use by another store");
        await site.GetAsync("/a");
        (await site.GetAsync("/a")).IsHit.ShouldBeTrue();
    }

    private static void Large(WebApplication app) => app.MapGet("/{i:int}", (int i) => Body(i)).CacheOutput();

    private static string Body(int i) => new((char)('a' + i), 300_000);
}
