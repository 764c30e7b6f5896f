using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Towncrier.Providers.Redis;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>What operators are shown, and what nobody is shown unasked.</summary>
public sealed class Operating
{
    [Fact]
    public async Task Metrics_and_health_are_there_when_they_are_mapped()
    {
        await using var site = await Site.StartAsync(app =>
        {
            app.MapTowncrier("/towncrier");
            app.MapHealthChecks("/ready");
            app.MapGet("/page", () => "x").CacheOutput();
        }, services: services => services.AddHealthChecks().AddTowncrier());
        await site.GetAsync("/page");
        await site.GetAsync("/page");
        var metrics = await site.BodyAsync("/towncrier/metrics");
        metrics.ShouldContain("towncrier_store_puts_total{outcome=\"stored\"} 1");
        metrics.ShouldContain("towncrier_store_reads_total{result=\"hit\"} 1");
        (await site.BodyAsync("/ready")).ShouldBe("Healthy");
    }

    [Fact]
    public async Task Nothing_is_there_unless_it_is_mapped_and_who_may_see_it_is_the_applications_to_say()
    {
        await using (var bare = await Site.StartAsync(_ => { })) (await bare.GetAsync("/towncrier/metrics")).Status.ShouldBe(HttpStatusCode.NotFound);
        await using var guarded = await Site.StartAsync(app => app.MapTowncrier("/towncrier").RequireHost("admin.example.org"));
        (await guarded.GetAsync("/towncrier/metrics")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await guarded.GetAsync("/towncrier/metrics", "admin.example.org")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Until_every_source_was_connected_it_is_not_healthy_and_serves_all_the_same()
    {
        RedisAddress.TryParse($"redis://127.0.0.1:{FreePort.Next()}/0", out var nowhere, out _).ShouldBeTrue();
        using var folder = new TempFolder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddTowncrierOutputCache(options =>
        {
            options.Directory = folder.Of("cache");
            options.AddSource(_ => new RedisSource(new RedisSourceOptions { Address = nowhere!, Stream = "towncrier" }, TimeProvider.System, new Random(1)));
        });
        builder.Services.AddHealthChecks().AddTowncrier();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapHealthChecks("/ready");
        app.UseOutputCache();
        app.MapGet("/page", () => "x").CacheOutput();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        (await http.GetAsync("/ready", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        for (var i = 0; i < 2; i++) (await http.GetStringAsync("/page", TestContext.Current.CancellationToken)).ShouldBe("x");
        app.Services.GetRequiredService<DiskStore>().Count.ShouldBe(1);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }
}
