namespace Towncrier.EndToEnd.Fleet;

/// <summary>A Varnish that is away, stands still or refuses, with nginx beside it and messages that go on.</summary>
public sealed class A_varnish_in_trouble
{
    private static readonly SitePage First = new("a.org", "/1");
    private static readonly SitePage Second = new("a.org", "/2");

    [Fact]
    public async Task One_that_was_frozen_is_purged_when_it_is_back_and_nginx_did_not_wait()
    {
        await using var site = await TwoCaches.StartAsync(_ => [First, Second]);
        await site.Agent.HoldsAsync(2);
        var (first, second) = (await site.OnVarnishAsync(First), await site.OnVarnishAsync(Second));
        site.Varnish.Freeze();
        site.Publish(PurgeOf(First));
        await Eventually.TrueAsync(async () => (await site.OnNginxAsync(First)).Status == "MISS", "nginx purges the first");
        site.Publish(PurgeOf(Second));
        await Eventually.TrueAsync(async () => (await site.OnNginxAsync(Second)).Status == "MISS", "and the second, although Varnish has not answered to the first");
        (await site.CountAsync("applied")).ShouldBe(0);
        site.Varnish.Thaw();
        await Eventually.TrueAsync(async () => await site.CountAsync("applied") == 2, "both are applied", TimeSpan.FromMinutes(1));
        (await site.OnVarnishAsync(First)).Body.ShouldNotBe(first.Body);
        (await site.OnVarnishAsync(Second)).Body.ShouldNotBe(second.Body);
    }

    [Fact]
    public async Task One_that_was_killed_is_told_when_it_is_back_and_nginx_did_not_wait()
    {
        await using var site = await TwoCaches.StartAsync(_ => [First, Second]);
        await site.Agent.HoldsAsync(2);
        await site.Varnish.KillAsync();
        site.Publish(PurgeOf(First));
        site.Publish(PurgeOf(Second));
        await Eventually.TrueAsync(async () => (await site.OnNginxAsync(First)).Status == "MISS", "nginx purges the first");
        await Eventually.TrueAsync(async () => (await site.OnNginxAsync(Second)).Status == "MISS", "and the second");
        await Eventually.TrueAsync(async () => await site.CountAsync("abandoned") >= 2, "both failed, and are tried again");
        await site.Agent.Process.SaidAsync("did not answer: Connection refused");
        await site.Varnish.RestartAsync();
        await Eventually.TrueAsync(async () => await site.CountAsync("applied") == 2, "both are applied", TimeSpan.FromMinutes(1));
        (await TargetValuesAsync(site, "applied")).ShouldBe(2);
    }

    [Fact]
    public async Task One_whose_vcl_refuses_makes_the_value_fail_with_words_that_help()
    {
        await using var site = await TwoCaches.StartAsync(_ => [First, Second], purgers: "\"192.0.2.1\";");
        await site.Agent.HoldsAsync(2);
        site.Publish(PurgeOf(First));
        await Eventually.TrueAsync(async () => await TargetValuesAsync(site, "failed") == 1, "the value failed");
        await Eventually.TrueAsync(async () => (await site.OnNginxAsync(First)).Status == "MISS", "nginx purges all the same");
        (await site.OnVarnishAsync(First)).Status.ShouldBe("hit");
        await site.Agent.Process.SaidAsync("405 Method not allowed");

        var report = (await site.Agent.PostAsync(PurgeOf(Second))).Json;
        ((string)report["state"]!).ShouldBe("failed");
        ((int)report["purged"]!).ShouldBe(1);
        (await site.CountAsync("failed")).ShouldBe(1, "and the published one was not tried again");
        var words = report.ToJsonString();
        words.ShouldContain("405 Method not allowed");
        words.ShouldContain("acl");
    }

    private static async Task<double> TargetValuesAsync(TwoCaches site, string result)
        => (await site.Agent.MetricsAsync()).Sum("towncrier_target_values_total", ("target", "varnish:" + site.Varnish.Url), ("result", result));

    private static string PurgeOf(SitePage page) => $$"""{"command":"purge","host":"{{page.Host}}","value":["{{page.Target}}"]}""";
}
