using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>Limits of a running application: set over HTTP, and by a configuration that is reloaded.</summary>
public sealed class Limits
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_told_and_set_below_the_prefix_and_a_bad_one_changes_nothing()
    {
        await using var site = await Site.StartAsync(app =>
        {
            app.MapTowncrier("/towncrier");
            Site.Pages(app);
        });
        using var http = new HttpClient { BaseAddress = new Uri(site.Address) };
        (await http.GetStringAsync(new Uri("/towncrier/v1/limits", UriKind.Relative), Cancel)).ShouldContain("\"max_worker_queue_len\":\"50\"");
        var good = await http.PostAsJsonAsync("/towncrier/v1/limits", new { set = new { disk_limit = "0.8", max_worker_queue_len = "7", delay_before_delete = "250ms" } }, Cancel);
        good.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await good.Content.ReadAsStringAsync(Cancel)).ShouldContain("{\"key\":\"disk_limit\",\"old\":\"0.92\",\"new\":\"0.8\"}");
        var expected = site.Store.Limits with { DiskLimit = 0.8, MaxWorkerQueueLen = 7, DelayBeforeDelete = TimeSpan.FromMilliseconds(250) };
        site.Store.Limits.ShouldBe(expected);
        foreach (var bad in (object[])[new { set = new { disk_limit = "1.5" } }, new { set = new { disc_limit = "0.5" } }, new { set = new { disk_limit = "0.5", memory_limit = "x" } }, new { cache = "/nowhere", set = new { disk_limit = "0.5" } }, "text", new { }])
            (await http.PostAsJsonAsync("/towncrier/v1/limits", bad, Cancel)).StatusCode.ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
        using var form = new FormUrlEncodedContent([new("set", "x")]);
        (await http.PostAsync(new Uri("/towncrier/v1/limits", UriKind.Relative), form, Cancel)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        site.Store.Limits.ShouldBe(expected);
    }

    [Fact]
    public async Task Without_authorization_they_are_for_the_same_host_alone_and_with_it_for_whoever_has_it()
    {
        var from = IPAddress.Loopback;
        await using var site = await Site.StartAsync(
            app =>
            {
                app.MapTowncrier("/open");
                app.MapTowncrier("/closed").RequireAuthorization(policy => policy.RequireAssertion(asked => ((HttpContext)asked.Resource!).Request.Headers.ContainsKey("X-Admin")));
                app.MapTowncrier("/anybody").RequireAuthorization(policy => policy.RequireAssertion(_ => false)).AllowAnonymous();
            },
            services: services => services.AddAuthorization().AddAuthentication().AddCookie(cookie => cookie.Events.OnRedirectToLogin = denied =>
            {
                denied.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            }),
            first: app => app.Use((http, next) =>
            {
                http.Connection.RemoteIpAddress = from;
                return next(http);
            }).UseAuthorization());
        async Task<HttpStatusCode> AskAsync(string path, params (string Name, string Value)[] headers) => (await site.GetAsync(path + "/v1/limits", headers: headers)).Status;

        foreach (var here in (string[])["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
        {
            from = IPAddress.Parse(here);
            (await AskAsync("/open")).ShouldBe(HttpStatusCode.OK, here);
        }

        foreach (var proxy in (string[])["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"]) (await AskAsync("/open", (proxy, "127.0.0.1"))).ShouldBe(HttpStatusCode.Forbidden, proxy);
        (await AskAsync("/closed", ("X-Admin", "1"), ("X-Forwarded-For", "203.0.113.9"))).ShouldBe(HttpStatusCode.OK);
        foreach (var away in (string[])["203.0.113.9", "10.0.0.1", "2001:db8::1"])
        {
            from = IPAddress.Parse(away);
            (await AskAsync("/open")).ShouldBe(HttpStatusCode.Forbidden, away);
            (await AskAsync("/anybody")).ShouldBe(HttpStatusCode.Forbidden, away);
            (await AskAsync("/closed")).ShouldBe(HttpStatusCode.Unauthorized, away);
            (await AskAsync("/closed", ("X-Admin", "1"))).ShouldBe(HttpStatusCode.OK, away);
        }

        var limits = site.Store.Limits;
        using var http = new HttpClient { BaseAddress = new Uri(site.Address) };
        var refused = await http.PostAsJsonAsync("/open/v1/limits", new { set = new { disk_limit = "0.1" } }, Cancel);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync(Cancel)).ShouldContain("RequireAuthorization");
        site.Store.Limits.ShouldBe(limits);
    }

    [Fact]
    public async Task A_configuration_that_is_reloaded_holds_at_once_and_one_with_problems_changes_nothing()
    {
        using var folder = new TempFolder();
        void Write(string limits) => File.WriteAllText(folder.Of("app.json"), $$$"""{"Towncrier":{"OutputCache":{"Directory":"{{{folder.Of("cache")}}}","Limits":{ {{{limits}}} } } } }""");
        Write("\"DiskLimit\": 0.9");
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration.AddJsonFile(folder.Of("app.json"), optional: false, reloadOnChange: false);
        builder.Services.AddTowncrierOutputCache(builder.Configuration.GetSection("Towncrier:OutputCache"), options => options.Limits = options.Limits with { MaxWorkerQueueLen = 7 });
        await using var app = builder.Build();
        await app.StartAsync(Cancel);
        var store = app.Services.GetRequiredService<DiskStore>();
        store.Limits.DiskLimit.ShouldBe(0.9);
        void Reload(string limits)
        {
            Write(limits);
            ((IConfigurationRoot)app.Configuration).Reload();
        }

        Reload("\"DiskLimit\": 0.5, \"MemoryLimit\": 100000, \"ExpiredRespSweepInterval\": \"00:00:07\"");
        (store.Limits.DiskLimit, store.Limits.MemoryLimit, store.Limits.ExpiredRespSweepInterval).ShouldBe((0.5, 100_000, TimeSpan.FromSeconds(7)));
        store.Limits.MaxWorkerQueueLen.ShouldBe(7, "what code says comes last");
        store.Limits = store.Limits with { OutdatedLruSweepInterval = null };
        Reload("\"DiskLimit\": 0.5, \"MemoryLimit\": 100000, \"ExpiredRespSweepInterval\": \"00:00:07\""); // something else in the file has changed
        store.Limits.OutdatedLruSweepInterval.ShouldBeNull("what was set holds until the section's limits change");
        foreach (var bad in (string[])["\"DiskLimit\": 1.5", "\"DiscLimit\": 0.4", "\"DiskLimit\": \"much\""]) Reload(bad);
        store.Limits.DiskLimit.ShouldBe(0.5);
        foreach (var why in (string[])["disk_limit must be a fraction", "DiscLimit", "Limits:DiskLimit"])
            log.Lines.ShouldContain(line => line.Contains("nothing of it is used", StringComparison.Ordinal) && line.Contains(why, StringComparison.Ordinal));
        await app.StopAsync(Cancel);
    }
}
