namespace Towncrier.EndToEnd.Fleet;

/// <summary>Signatures, allow-lists and audiences, through a real Redis to real agents.</summary>
public sealed class Who_may_invalidate
{
    private const string Limited = """
        labels: {region: eu-west-1}
        allow:
          commands: [purge, xkey, ban.url, all]
          keys:
            - {id: cms, secret_file: "{folder}/cms.secret"}
            - {id: shop, secret_file: "{folder}/shop.secret", hosts: ["shop.example.org"]}
        """;

    [Fact]
    public async Task Only_signed_messages_are_applied_and_each_signer_reaches_its_hosts_only()
    {
        await using var fleet = await StartAsync();
        var (www, shop) = (fleet.Page("cache-1", "/a", headers: "Cache-Tag: t\r\n"), fleet.Page("cache-1", "/a", "shop.example.org", "Cache-Tag: t\r\n"));
        await fleet["cache-1"].HoldsAsync(2);

        await RefusedAsync(fleet, "missing_signature", "--url", "/a");
        await RefusedAsync(fleet, "bad_signature", "--url", "/a", "--sign-key", "cms", "--secret-file", fleet.Folder.Of("shop.secret"));
        await RefusedAsync(fleet, "not_allowed", "--url", "/a", "--host", "www.example.org", "--sign-key", "shop", "--secret-file", fleet.Folder.Of("shop.secret"));
        await RefusedAsync(fleet, "not_allowed", "--wildcard", "*", "--sign-key", "cms", "--secret-file", fleet.Folder.Of("cms.secret"));
        File.Exists(www).ShouldBeTrue();
        File.Exists(shop).ShouldBeTrue();

        // Tags know no hosts, but this signer does.
        await AppliedAsync(fleet, 1, "--tag", "t", "--sign-key", "shop", "--secret-file", fleet.Folder.Of("shop.secret"));
        File.Exists(shop).ShouldBeFalse();
        File.Exists(www).ShouldBeTrue();
        await AppliedAsync(fleet, 1, "--tag", "t", "--sign-key", "cms", "--secret-file", fleet.Folder.Of("cms.secret"));
        File.Exists(www).ShouldBeFalse();
    }

    [Fact]
    public async Task The_doors_of_http_ask_for_a_signature_too()
    {
        await using var fleet = await StartAsync();
        var page = fleet.Page("cache-1", "/a");
        await fleet["cache-1"].HoldsAsync(1);
        var refused = (await fleet["cache-1"].PostAsync(RedisStage.PurgeOf("/a"))).Problem(403);
        ((string)refused["reason"]!).ShouldBe("missing_signature");
        (await fleet["cache-1"].SendAsync(new HttpRequestMessage(new HttpMethod("PURGE"), new Uri(fleet["cache-1"].Address + "/a")))).Status.ShouldBe(405);
        File.Exists(page).ShouldBeTrue();
    }

    [Fact]
    public async Task A_message_reaches_the_audience_it_names()
    {
        await using var fleet = await RedisFleet.StartAsync(["cache-1", "cache-2"], "labels: {region: eu-west-1}\n");
        string[] pages = [fleet.Page("cache-1", "/a"), fleet.Page("cache-2", "/a")];
        foreach (var name in (string[])["cache-1", "cache-2"]) await fleet[name].HoldsAsync(1);
        using var redis = new RedisTalk(fleet.Redis.Port);
        redis.Add("towncrier", RedisStage.PurgeOf("/a", ""","audience":{"region":"us-east-1"}"""), RedisStage.PurgeOf("/a", ""","audience":{"host":["cache-2","cache-3"],"region":"eu-west-1"}"""));
        await Eventually.TrueAsync(() => !File.Exists(pages[1]), "cache-2 purges");
        await Eventually.TrueAsync(async () => (await fleet["cache-1"].MetricsAsync()).Sum("towncrier_invalidations_total", ("result", "skipped")) == 2, "cache-1 skips both");
        File.Exists(pages[0]).ShouldBeTrue();
        (await fleet["cache-2"].MetricsAsync()).Sum("towncrier_invalidations_total", ("result", "skipped")).ShouldBe(1);
        (await fleet["cache-1"].MetricsAsync()).Sum("towncrier_refusals_total").ShouldBe(0);
    }

    private static async Task<RedisFleet> StartAsync()
    {
        // The secrets must be there before the agents are.
        var fleet = await RedisFleet.StartAsync([], Limited);
        await File.WriteAllTextAsync(fleet.Folder.Of("cms.secret"), "cms-secret-0123456789abcdef\n");
        await File.WriteAllTextAsync(fleet.Folder.Of("shop.secret"), "shop-secret-0123456789abcdef\n");
        await fleet.StartAgentAsync("cache-1");
        return fleet;
    }

    private static async Task RefusedAsync(RedisFleet fleet, string reason, params string[] args)
    {
        var before = await CountAsync();
        var run = await fleet.PublishAsync([.. args, "--to", "stream", "--wait", "--expect", "1", "--timeout", "20s"]);
        run.ExitCode.ShouldBe(4, run.Stdout + run.Stderr);
        run.Stderr.ShouldContain("cache-1: ");
        (await CountAsync()).ShouldBe(before + 1, reason);

        async Task<double> CountAsync() => (await fleet["cache-1"].MetricsAsync()).Sum("towncrier_refusals_total", ("reason", reason), ("source", "redis:towncrier"));
    }

    private static async Task AppliedAsync(RedisFleet fleet, int purged, params string[] args)
    {
        var (exit, said, words) = await fleet.PublishJsonAsync([.. args, "--to", "stream", "--wait", "--expect", "1", "--timeout", "20s"]);
        exit.ShouldBe(0, words);
        ((int)said["purged"]!).ShouldBe(purged);
    }
}
