namespace Towncrier.EndToEnd.Samples;

/// <summary>What an author saves is what the next visitor sees, and the rest of the cache stays.</summary>
public sealed class Cms
{
    private static readonly string[] Everything = ["/", "/pages/tea", "/pages/coffee", "/pages/about", "/tags/drinks", "/tags/hot", "/tags/cold"];

    [Theory]
    [InlineData("Stream=towncrier")]
    [InlineData("Channel=varnish.purge")]
    [InlineData("RabbitMq")]
    public async Task An_edit_is_seen_at_the_next_request_wherever_the_page_shows_and_nothing_else_goes(string sends)
    {
        await using var site = await CmsSite.StartAsync(sends);
        await FillAsync(site);
        await site.WarmAsync([.. Everything, "/pages/tea?from=mail"]);

        var state = await site.PutAsync("tea", "Iced tea", "Cold now.", "drinks", "cold");
        ((int)state["waiting"]!).ShouldBe(0, state.ToJsonString());
        site.Sent += 2;
        await site.HeardAsync();

        // By its URL, and by its tag under another URL; the tags it had, has lost and has got; the list.
        (await site.StatusesAsync([.. Everything, "/pages/tea?from=mail"])).ShouldBe(
            ["MISS /", "MISS /pages/tea", "HIT /pages/coffee", "HIT /pages/about", "MISS /tags/drinks", "MISS /tags/hot", "MISS /tags/cold", "MISS /pages/tea?from=mail"]);
        (await site.GetAsync("/")).Body.ShouldContain("Iced tea");
        (await site.GetAsync("/pages/tea")).Body.ShouldContain("Cold now.");
        (await site.GetAsync("/tags/hot")).Body.ShouldNotContain("tea</a>");
        (await site.GetAsync("/tags/cold")).Body.ShouldContain("Iced tea");
    }

    [Fact]
    public async Task A_deleted_page_is_gone()
    {
        await using var site = await CmsSite.StartAsync();
        await FillAsync(site);
        await site.WarmAsync(Everything);
        (await site.DeleteAsync("coffee")).ShouldBe(200);
        (await site.DeleteAsync("coffee")).ShouldBe(404);
        site.Sent += 2;
        await site.HeardAsync();
        (await site.GetAsync("/pages/coffee")).Status.ShouldBe(404);
        (await site.GetAsync("/tags/hot")).Body.ShouldNotContain("Coffee");
        (await site.StatusesAsync("/", "/pages/tea", "/tags/cold")).ShouldBe(["MISS /", "HIT /pages/tea", "HIT /tags/cold"]);
    }

    [Fact]
    public async Task A_save_while_the_broker_is_away_says_so_and_is_heard_when_it_is_back()
    {
        await using var site = await CmsSite.StartAsync();
        await FillAsync(site);
        await site.WarmAsync(Everything);
        await site.Redis.KillAsync();
        (await site.PostFormAsync("tea", "same-origin", ("title", "Green tea"), ("body", "x"), ("tags", "drinks, hot"))).ShouldBe((302, "/edit/tea?saved=yes"));
        var said = (await site.GetAsync("/edit/tea?saved=yes")).Body;
        said.ShouldContain("Saved.");
        said.ShouldContain("2 messages to the caches wait to be sent");
        (await site.GetAsync("/pages/tea")).CacheStatus.ShouldBe("HIT", "nobody could be told yet");

        // What waits survives the CMS, too.
        await site.CrashCmsAsync();
        (await File.ReadAllLinesAsync(site.OutboxPath, TestContext.Current.CancellationToken)).Length.ShouldBe(2);
        await site.Redis.RestartAsync();
        site.Sent += 2;
        await site.HeardAsync();
        (await site.GetAsync("/pages/tea")).Body.ShouldContain("Green tea");
        (await site.GetAsync("/edit/tea")).Body.ShouldNotContain("wait to be sent");
    }

    [Fact]
    public async Task When_too_much_waits_the_whole_site_is_purged_instead()
    {
        await using var site = await CmsSite.StartAsync();
        await FillAsync(site);
        await site.WarmAsync(Everything);
        await site.Redis.KillAsync();
        for (var i = 0; i < 501; i++) await site.PutAsync("about", "About " + i, "");
        (await File.ReadAllLinesAsync(site.OutboxPath, TestContext.Current.CancellationToken)).ShouldHaveSingleItem().ShouldContain("\"command\":\"all\"");
        await site.Redis.RestartAsync();
        site.Sent++;
        await site.HeardAsync();
        (await site.StatusesAsync(Everything)).ShouldBe(Everything.Select(path => "MISS " + path));
    }

    [Fact]
    public async Task Nobody_listening_on_a_channel_is_not_taken_for_sent()
    {
        await using var site = await CmsSite.StartAsync("Channel=elsewhere");
        ((string?)(await site.PutAsync("tea", "Tea", "x"))["problem"]).ShouldBe("nobody is listening on redis:elsewhere");
    }

    [Fact]
    public async Task What_is_typed_is_text_and_only_pages_are_cached()
    {
        await using var site = await CmsSite.StartAsync();
        await site.PutAsync("x", "<b>\"&'", "<script>alert(1)</script>{0}", "t");
        foreach (var path in (string[])["/", "/pages/x", "/tags/t", "/edit/x", "/edit"])
        {
            var body = (await site.GetAsync(path)).Body;
            body.ShouldNotContain("<b>");
            body.ShouldNotContain("<script>");
            body.ShouldContain("&lt;b&gt;&quot;&amp;&#x27;");
        }

        foreach (var path in (string[])["/edit", "/edit/x", "/pages/none", "/tags/none", "/nowhere", "/edit/..%2f..%2fx"])
        {
            (await site.GetAsync(path)).CacheStatus.ShouldNotBe("HIT", path);
            (await site.GetAsync(path)).CacheStatus.ShouldNotBe("HIT", path);
        }

        var page = await site.GetAsync("/pages/x");
        page.Headers["Cache-Control"].ShouldBe("no-cache", "browsers must ask again");
        page.Headers.Keys.ShouldNotContain("Cache-Tag");
        (await site.GetAsync("/pages/none")).Headers["Cache-Control"].ShouldBe("no-store");
        (await site.PostFormAsync("x", "cross-site", ("title", "y"))).Status.ShouldBe(403);
    }

    private static async Task FillAsync(CmsSite site)
    {
        await site.PutAsync("tea", "Tea", "Hot.", "drinks", "hot");
        await site.PutAsync("coffee", "Coffee", "Hot, too.", "drinks", "hot");
        await site.PutAsync("milk", "Milk", "Cold.", "cold");
        await site.PutAsync("about", "About", "Us.");
        site.Sent += 8;
        await site.HeardAsync();
    }
}
