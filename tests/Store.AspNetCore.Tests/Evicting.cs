using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Towncrier.Providers.Redis;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>By tag and by URL, all of what is meant goes, and nothing else.</summary>
public sealed class Evicting
{
    private static readonly string[] Odd = ["product 42", "a,b;c", "100%", "%20", "Überschrift", "日本", "tab\there", "line\nbreak", "\"quoted\"", "x\u007fy", "UPPER", "https://www.example.org/news"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tag_takes_its_pages_and_no_others()
    {
        await using var site = await Site.StartAsync();
        string[] paths = ["/news", "/news/1", "/news/2", "/sports/1", "/newspaper"];
        foreach (var path in paths) await site.GetAsync(path);
        await site.OutputCache.EvictByTagAsync("1", Cancel);
        (await HitsAsync(site, paths)).ShouldBe(["/news", "/news/2", "/newspaper"]);
        await site.OutputCache.EvictByTagAsync("news", Cancel);
        (await HitsAsync(site, paths)).ShouldBe(["/sports/1", "/newspaper"]);
    }

    [Fact]
    public async Task A_page_that_was_being_made_is_served_and_not_stored()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var calls = 0;
        await using var site = await Site.StartAsync(
            app => app.MapGet("/{page}", async (HttpContext http) =>
            {
                http.Features.Get<IOutputCacheFeature>()!.Context.Tags.Add("t");
                var read = Interlocked.Increment(ref calls); // what a database says at this moment
                begun.TrySetResult();
                await go.Task;
                return $"{read}";
            }).CacheOutput(),
            options => options.Fence = TimeSpan.FromMinutes(10));
        var old = site.BodyAsync("/a");
        await begun.Task;
        await site.OutputCache.EvictByTagAsync("t", Cancel);
        go.SetResult();
        (await old).ShouldBe("1");
        (await site.GetAsync("/a")).ShouldBe(new Reply(System.Net.HttpStatusCode.OK, "2", IsHit: false));
        (await site.GetAsync("/a")).ShouldBe(new Reply(System.Net.HttpStatusCode.OK, "2", IsHit: true));
    }

    [Fact]
    public async Task Tags_of_any_text_are_told_apart()
    {
        await using var site = await Site.StartAsync(app => app.MapGet("/{i:int}", (HttpContext http, int i) =>
        {
            http.Features.Get<IOutputCacheFeature>()!.Context.Tags.Add(Odd[i]);
            return "x";
        }).CacheOutput());
        var paths = Odd.Select((_, i) => $"/{i}").ToArray();
        for (var i = 0; i < Odd.Length; i++)
        {
            foreach (var path in paths) await site.GetAsync(path);
            await site.OutputCache.EvictByTagAsync(Odd[i], Cancel);
            (await HitsAsync(site, paths)).ShouldBe(paths.Where((_, j) => j != i), $"after '{Odd[i]}'");
        }
    }

    [Fact]
    public async Task A_url_takes_all_its_variants_and_methods_and_no_other_page()
    {
        await using var site = await Site.StartAsync(app => app.MapMethods("/{**path}", ["GET", "HEAD"], (string path) => path)
            .CacheOutput(policy => policy.SetVaryByHeader("Accept-Language")));
        (string, string) german = ("Accept-Language", "de"), french = ("Accept-Language", "fr");
        await site.GetAsync("/news", Site.Host, german);
        await site.GetAsync("/news", Site.Host, french);
        await site.GetAsync("/news", "other.example.org");
        await site.GetAsync("/news/1");
        await site.GetAsync("/news?page=2");
        await site.Store.InvalidateUrlsAsync([$"http://{Site.Host}/news"], Cancel);
        (await site.GetAsync("/news", Site.Host, german)).IsHit.ShouldBeFalse();
        (await site.GetAsync("/news", Site.Host, french)).IsHit.ShouldBeFalse();
        (await site.GetAsync("/news", "other.example.org")).IsHit.ShouldBeTrue();
        (await site.GetAsync("/news/1")).IsHit.ShouldBeTrue();
        (await site.GetAsync("/news?page=2")).IsHit.ShouldBeTrue();
        await site.Store.InvalidateUrlsAsync(["/news?page=2"], Cancel);
        (await site.GetAsync("/news?page=2")).IsHit.ShouldBeFalse();
        (await site.GetAsync("/news", Site.Host, german)).IsHit.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/News/A", "/news/a")]
    [InlineData("/list?b=2&a=1", "/list?a=1&b=2")]
    [InlineData("/list?a=%41", "/list?a=A")]
    [InlineData("/list?A=1", "/list?a=1")]
    public async Task What_was_stored_for_another_spelling_does_not_outlive_the_page(string stored, string meant)
    {
        await using var site = await Site.StartAsync();
        await site.GetAsync(stored);
        await site.GetAsync(meant);
        (await site.GetAsync(stored)).IsHit.ShouldBeTrue("neither drives the other out");
        (await site.GetAsync(meant)).IsHit.ShouldBeTrue();
        await site.Store.InvalidateUrlsAsync([$"http://{Site.Host}{meant}"], Cancel);
        (await site.GetAsync(meant)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Query_values_that_do_not_tell_pages_apart_are_no_part_of_the_url()
    {
        await using var site = await Site.StartAsync(app => app.MapGet("/list", () => "x").CacheOutput(policy => policy.SetVaryByQuery("page", "sort order")));
        await site.GetAsync("/list?utm=mail&page=2&x&sort+order=up");
        await site.GetAsync("/list?utm=mail");
        await site.Store.InvalidateUrlsAsync(["/list?page=2&sort+order=up"], Cancel);
        (await site.GetAsync("/list")).IsHit.ShouldBeTrue();
        (await site.GetAsync("/list?page=2&sort+order=up")).IsHit.ShouldBeFalse();
        await site.Store.InvalidateUrlsAsync(["/list"], Cancel);
        (await site.GetAsync("/list?utm=web")).IsHit.ShouldBeFalse();
    }

    [Theory]
    [InlineData("/caf%C3%A9/a%20b", "https://www.example.org/caf%C3%A9/a%20b")]
    [InlineData("/app/news", "https://www.example.org/app/news")]
    public async Task Escapes_and_base_paths_are_part_of_the_url(string path, string url)
    {
        await using var site = await Site.StartAsync(first: app => app.UsePathBase("/app").UseRouting());
        (await site.BodyAsync(path)).ShouldNotContain("/app");
        (await site.GetAsync(path)).IsHit.ShouldBeTrue();
        await site.Store.InvalidateUrlsAsync([url], Cancel);
        (await site.GetAsync(path)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task An_eviction_that_cannot_be_published_is_done_here_and_throws()
    {
        RedisAddress.TryParse($"redis://127.0.0.1:{FreePort.Next()}/0", out var nowhere, out _).ShouldBeTrue();
        await using var publisher = new RedisPublisher(new RedisPublisherOptions { Address = nowhere!, Channel = "towncrier" }, TimeProvider.System);
        await using var site = await Site.StartAsync(options: options => options.AddPublisher(publisher));
        await site.GetAsync("/news");
        await Should.ThrowAsync<IOException>(async () => await site.OutputCache.EvictByTagAsync("news", Cancel));
        (await site.GetAsync("/news")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Before_the_start_and_after_the_end_an_eviction_is_refused_and_hangs_nobody()
    {
        using var folder = new TempFolder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddTowncrierOutputCache(options => options.Directory = folder.Of("cache"));
        await using var app = builder.Build();
        var cache = app.Services.GetRequiredService<IOutputCacheStore>();
        await Should.ThrowAsync<InvalidOperationException>(async () => await cache.EvictByTagAsync("t", Cancel));
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync(Cancel);
        await cache.EvictByTagAsync("t", Cancel);
        await app.StopAsync(Cancel);
        (await Should.ThrowAsync<IOException>(async () => await cache.EvictByTagAsync("t", Cancel))).Message.ShouldContain("closed");
    }

    [Fact]
    public async Task Services_that_start_later_may_evict_at_once()
    {
        await using var site = await Site.StartAsync(services: services => services.AddHostedService<EvictsAtStart>());
        site.Services.GetServices<IHostedService>().OfType<EvictsAtStart>().Single().IsDone.ShouldBeTrue();
    }

    private static async Task<IReadOnlyList<string>> HitsAsync(Site site, IEnumerable<string> paths)
    {
        var hits = new List<string>();
        foreach (var path in paths)
            if ((await site.GetAsync(path)).IsHit) hits.Add(path);
        return hits;
    }

    private sealed class EvictsAtStart(IOutputCacheStore cache) : IHostedService
    {
        public bool IsDone { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await cache.EvictByTagAsync("t", cancellationToken);
            IsDone = true;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
