using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>Pages are made once, kept on disk, and served to who asked for just that.</summary>
public sealed class Serving
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_is_made_once_and_then_served_from_disk()
    {
        await using var site = await Site.StartAsync();
        (await site.GetAsync("/news")).ShouldBe(new Reply(System.Net.HttpStatusCode.OK, "1 /news", false));
        (await site.GetAsync("/news")).ShouldBe(new Reply(System.Net.HttpStatusCode.OK, "1 /news", true));
        (await site.BodyAsync("/sports")).ShouldBe("2 /sports");
        site.Store.Count.ShouldBe(2);
        Directory.EnumerateFiles(Path.Combine(site.Folder, "cache"), "*", SearchOption.AllDirectories).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Each_query_header_and_host_has_a_page_of_its_own()
    {
        await using var site = await Site.StartAsync(app =>
        {
            var calls = 0;
            app.MapGet("/all", () => $"{Interlocked.Increment(ref calls)}").CacheOutput();
            app.MapGet("/page", () => $"{Interlocked.Increment(ref calls)}").CacheOutput(policy => policy.SetVaryByQuery("page"));
            app.MapGet("/language", (HttpRequest request) => $"{Interlocked.Increment(ref calls)} {request.Headers.AcceptLanguage}").CacheOutput(policy => policy.SetVaryByHeader("Accept-Language"));
        });
        (await site.BodyAsync("/all?a=1")).ShouldBe("1");
        (await site.BodyAsync("/all?a=2")).ShouldBe("2");
        (await site.BodyAsync("/all?a=1")).ShouldBe("1");
        (await site.BodyAsync("/all?a=1", "other.example.org")).ShouldBe("3");
        (await site.BodyAsync("/page?page=1&utm=mail")).ShouldBe("4");
        (await site.BodyAsync("/page?utm=web&page=1")).ShouldBe("4");
        (await site.BodyAsync("/page?page=2")).ShouldBe("5");
        (await site.BodyAsync("/page")).ShouldBe("6");
        (await site.BodyAsync("/page?utm=mail")).ShouldBe("6");
        (await site.BodyAsync("/language", headers: ("Accept-Language", "de"))).ShouldBe("7 de");
        (await site.BodyAsync("/language", headers: ("Accept-Language", "fr"))).ShouldBe("8 fr");
        (await site.BodyAsync("/language", headers: ("Accept-Language", "de"))).ShouldBe("7 de");
    }

    [Fact]
    public async Task A_page_expires()
    {
        await using var site = await Site.StartAsync(app =>
        {
            var calls = 0;
            app.MapGet("/short", () => $"{Interlocked.Increment(ref calls)}").CacheOutput(policy => policy.Expire(TimeSpan.FromMilliseconds(200)));
        });
        (await site.BodyAsync("/short")).ShouldBe("1");
        await Eventually.TrueAsync(async () => await site.BodyAsync("/short") == "2", "the page has expired");
    }

    [Fact]
    public async Task A_restart_keeps_what_was_cached_and_its_tags()
    {
        var folder = Directory.CreateTempSubdirectory("towncrier-site-").FullName;
        await using (var before = await Site.StartAsync(folder: folder))
            foreach (var path in (string[])["/", "/news", "/news/1"]) (await before.GetAsync(path)).IsHit.ShouldBeFalse();

        await using var after = await Site.StartAsync(folder: folder);
        foreach (var path in (string[])["/", "/news", "/news/1"]) (await after.GetAsync(path)).IsHit.ShouldBeTrue();
        await after.OutputCache.EvictByTagAsync("news", Cancel);
        (await after.GetAsync("/")).IsHit.ShouldBeTrue();
        (await after.GetAsync("/news")).IsHit.ShouldBeFalse();
        (await after.GetAsync("/news/1")).IsHit.ShouldBeFalse();
        await after.StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Of_two_hundred_who_ask_at_once_nearly_all_are_served_what_one_had_made()
    {
        var asked = 0;
        var all = new TaskCompletionSource();
        await using var site = await Site.StartAsync(app => app.MapGet("/slow", async () =>
        {
            Interlocked.Increment(ref asked);
            await all.Task;
            return new string('x', 100_000);
        }).CacheOutput());
        var first = site.BodyAsync("/slow");
        await Eventually.TrueAsync(() => Volatile.Read(ref asked) == 1, "the page is being made");
        var others = Enumerable.Range(0, 199).Select(_ => site.BodyAsync("/slow")).ToArray();
        await Eventually.TrueAsync(() => site.Log.Lines.Count(line => line.Contains("No cached response available", StringComparison.Ordinal)) == 200, "all have asked the cache");
        all.SetResult();
        foreach (var body in await Task.WhenAll([first, .. others])) body.Length.ShouldBe(100_000);
        // Who looks just before it is stored, and asks for a turn just after, has it made once more: so it is with ASP.NET Core's own store.
        asked.ShouldBeLessThan(20);
        (await site.GetAsync("/slow")).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_hundred_different_pages_at_once_are_all_served_and_never_mixed_up()
    {
        await using var site = await Site.StartAsync(app => app.MapGet("/{name}", (string name) => string.Concat(Enumerable.Repeat(name + ";", 2_000))).CacheOutput());
        for (var round = 0; round < 2; round++)
        {
            var asked = Enumerable.Range(0, 200).Select(i => (Name: $"p{i % 100}", Body: site.BodyAsync($"/p{i % 100}"))).ToArray();
            foreach (var (name, body) in asked) (await body).ShouldBe(string.Concat(Enumerable.Repeat(name + ";", 2_000)));
        }
    }

    [Fact]
    public async Task A_large_body_comes_back_byte_for_byte()
    {
        var body = new byte[5_000_000];
        new Random(1).NextBytes(body);
        await using var site = await Site.StartAsync(app => app.MapGet("/large", () => Results.Bytes(body)).CacheOutput());
        for (var i = 0; i < 2; i++)
        {
            var http = new HttpClient();
            using (http) (await http.GetByteArrayAsync(new Uri(site.Address + "/large"), Cancel)).ShouldBe(body);
        }

        (await site.GetAsync("/large", site.Address["http://".Length..])).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_leaves_before_the_answer_takes_nothing_with_him()
    {
        var made = new TaskCompletionSource();
        var calls = 0;
        await using var site = await Site.StartAsync(app => app.MapGet("/slow", async (HttpContext http) =>
        {
            if (Interlocked.Increment(ref calls) > 1) return "whole";
            await http.Response.WriteAsync("half");
            made.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
            return "";
        }).CacheOutput());
        await site.LeaveAsync("/slow", made.Task);
        (await site.BodyAsync("/slow")).ShouldBe("whole");
        (await site.GetAsync("/slow")).ShouldBe(new Reply(System.Net.HttpStatusCode.OK, "whole", true));
        Directory.GetFiles(Path.Combine(site.Folder, "cache", "temp")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_application_does_not_cache_is_not_stored()
    {
        await using var site = await Site.StartAsync(app =>
        {
            app.MapGet("/none", () => "x");
            app.MapGet("/cookie", (HttpResponse response) =>
            {
                response.Cookies.Append("a", "b");
                return "x";
            }).CacheOutput();
            app.MapGet("/missing", () => Results.NotFound()).CacheOutput();
        });
        foreach (var path in (string[])["/none", "/cookie", "/missing"])
            for (var i = 0; i < 2; i++) (await site.GetAsync(path)).IsHit.ShouldBeFalse(path);
        site.Store.Count.ShouldBe(0);
    }
}
