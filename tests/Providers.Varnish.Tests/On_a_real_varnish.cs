namespace Towncrier.Providers.Varnish.Tests;

/// <summary>Every request, on a real varnishd with the VCL of the original's documentation.</summary>
public sealed class On_a_real_varnish(SharedSite shared) : IClassFixture<SharedSite>, IAsyncLifetime
{
    private Site _site = null!;

    public async ValueTask InitializeAsync() => _site = await shared.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the site is the class's

    [Fact]
    public async Task Purge_takes_that_url_byte_for_byte()
    {
        string[] pages =
        [
            "a.org/a%2Fb?x=%7e&y=1", "a.org/a/b?x=%7e&y=1", "a.org/a%2Fb?x=~&y=1", "a.org/a%2Fb", "b.org/a%2Fb?x=%7e&y=1",
            "a.org/ü?ö=ß", "a.org/%C3%BC?ö=ß", "a.org/a|b\"c", "a.org//x/../y",
        ];
        foreach (var page in pages)
        {
            await _site.WarmAsync(pages);
            var slash = page.IndexOf('/', StringComparison.Ordinal);
            ShouldBeApplied(await _site.ApplyAsync(InvalidationCommand.Purge, page[..slash], page[slash..]), 1);
            (await _site.GoneAsync(pages)).ShouldBe([page]);
        }

        await _site.WarmAsync(pages);
        ShouldBeApplied(await _site.ApplyAsync(InvalidationCommand.Purge, "b.org", "https://a.org/a%2Fb#top", "a.org/ü?ö=ß", "/a%2Fb?x=%7e&y=1"), 3);
        (await _site.GoneAsync(pages)).ShouldBe(["a.org/a%2Fb", "b.org/a%2Fb?x=%7e&y=1", "a.org/ü?ö=ß"], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_tag_of_a_value_goes_and_of_every_value()
    {
        string[] pages = ["a.org/1?tags=red", "a.org/2?tags=blue+red", "b.org/3?tags=green", "a.org/4?tags=grey", "a.org/5?tags=blue"];
        await _site.WarmAsync(pages);
        ShouldBeApplied(await _site.ApplyAsync(InvalidationCommand.Xkey, "any.org", "red green", "blue"), 2);
        (await _site.GoneAsync(pages)).ShouldBe([pages[0], pages[1], pages[2], pages[4]]);
    }

    [Theory]
    [InlineData(InvalidationCommand.XkeySoft, PurgeMode.Hard)]
    [InlineData(InvalidationCommand.Xkey, PurgeMode.Soft)]
    public async Task A_soft_tag_is_served_stale_once_and_fetched_behind_it(InvalidationCommand command, PurgeMode mode)
    {
        string[] pages = ["a.org/1?tags=red", "a.org/2?tags=green"];
        await _site.WarmAsync(pages);
        var fetches = _site.Fetches.Count;
        ShouldBeApplied(await _site.ApplyAsync(new Invalidation { Command = command, Mode = mode, Values = ["red"] }), 1);
        (await _site.GoneAsync(pages)).ShouldBeEmpty(); // stale, in grace
        await Eventually.TrueAsync(() => _site.Fetches.Count == fetches + 1, "the page is fetched again");
        _site.Fetches[^1].Target.ShouldBe("/1?tags=red");
    }

    [Fact]
    public async Task Bans_go_by_expression_and_by_url()
    {
        string[] pages = ["a.org/news/1", "a.org/news/2?x=1", "a.org/img/a.png", "b.org/news/1"];
        await _site.WarmAsync(pages);
        ShouldBeApplied(await _site.ApplyAsync(InvalidationCommand.Ban, null, "req.http.host == a.org && req.url ~ ^/news/[0-9]$", "obj.http.x-url ~ \\.png$"), 2);
        (await _site.GoneAsync(pages)).ShouldBe(["a.org/news/1", "a.org/img/a.png"]);
        ShouldBeApplied(await _site.ApplyAsync(InvalidationCommand.BanUrl, "a.org", "^/news/\\d\\?x=1$"), 1);
        (await _site.GoneAsync(pages)).ShouldBe(["a.org/news/2?x=1"]);
        ShouldBeApplied(await _site.ApplyAsync(InvalidationCommand.BanUrl, "b.org", "^/news/[^ ]+$"), 1); // a blank in a class
        (await _site.GoneAsync(pages)).ShouldBe(["b.org/news/1"]);
        var narrowed = new Invalidation { Command = InvalidationCommand.Ban, Host = "b.org", ScopedToHost = true, Values = ["req.url ~ /news/"] };
        ShouldBeApplied(await _site.ApplyAsync(narrowed), 1);
        (await _site.GoneAsync(pages)).ShouldBe(["b.org/news/1"]);
    }

    [Theory]
    [InlineData(InvalidationCommand.Prefix, "a.org", "/p.q/", "a.org/p.q/", "a.org/p.q/1?x=[y]")]
    [InlineData(InvalidationCommand.Prefix, null, "b.org/p", "b.org/p.q/")]
    [InlineData(InvalidationCommand.Prefix, null, "/p.q/1?x=[y]", "a.org/p.q/1?x=[y]")]
    [InlineData(InvalidationCommand.Prefix, "*.a.org", "/p", "www.a.org/p.q/")]
    [InlineData(InvalidationCommand.Prefix, "a.org", "/ü\"'", "a.org/ü\"'(1)")]
    [InlineData(InvalidationCommand.Wildcard, null, "*.q/", "a.org/p.q/", "b.org/p.q/", "www.a.org/p.q/", "axorg/p.q/")]
    [InlineData(InvalidationCommand.Wildcard, "a.org", "/p.q/*?x=[*", "a.org/p.q/1?x=[y]")]
    [InlineData(InvalidationCommand.Wildcard, null, "a.org/\\*$*", "a.org/*$^{1}")]
    [InlineData(InvalidationCommand.Wildcard, null, "/*", "a.org/p.q/", "a.org/pxq/", "a.org/p.q/1?x=[y]", "a.org/ü\"'(1)", "a.org/*$^{1}", "b.org/p.q/", "www.a.org/p.q/", "axorg/p.q/")]
    [InlineData(InvalidationCommand.Host, null, "a.org", "a.org/p.q/", "a.org/pxq/", "a.org/p.q/1?x=[y]", "a.org/ü\"'(1)", "a.org/*$^{1}")]
    [InlineData(InvalidationCommand.Host, null, "*.A.org", "www.a.org/p.q/")]
    [InlineData(InvalidationCommand.All, "b.org", "", "b.org/p.q/")]
    [InlineData(InvalidationCommand.Purge, "*.a.org", "/p.q/", "www.a.org/p.q/")]
    [InlineData(InvalidationCommand.BanUrl, "*.a.org", "^/p.q/$", "www.a.org/p.q/")]
    public async Task What_is_told_as_a_ban_means_what_it_means_on_nginx(InvalidationCommand command, string? host, string value, params string[] gone)
    {
        string[] pages =
        [
            "a.org/p.q/", "a.org/pxq/", "a.org/p.q/1?x=[y]", "a.org/ü\"'(1)", "a.org/*$^{1}", "b.org/p.q/", "www.a.org/p.q/", "axorg/p.q/",
        ];
        await _site.WarmAsync(pages);
        ShouldBeApplied(await _site.ApplyAsync(new Invalidation { Command = command, Host = host, Values = value.Length == 0 ? [] : [value] }), 1);
        (await _site.GoneAsync(pages)).ShouldBe(gone);
    }

    [Fact]
    public async Task Everything_goes()
    {
        string[] pages = ["a.org/1", "b.org/2"];
        await _site.WarmAsync(pages);
        ShouldBeApplied(await _site.ApplyAsync(new Invalidation { Command = InvalidationCommand.All, Values = [] }), 1);
        (await _site.GoneAsync(pages)).ShouldBe(pages);
    }

    [Fact]
    public async Task A_sender_that_is_held_to_hosts_reaches_no_other()
    {
        string[] pages = ["a.org/1", "www.a.org/1", "b.org/1", "xa.org/1"];
        string[] heldTo = ["a.org", "*.a.org"];
        foreach (var (command, value) in ((InvalidationCommand, string)[])
            [(InvalidationCommand.Ban, "req.url == /1"), (InvalidationCommand.BanUrl, "^/1$"), (InvalidationCommand.Prefix, "/"), (InvalidationCommand.Wildcard, "/*")])
        {
            await _site.WarmAsync(pages);
            ShouldBeApplied(await _site.ApplyAsync(new Invalidation { Command = command, Values = [value], HeldTo = heldTo }), 1);
            (await _site.GoneAsync(pages)).ShouldBe(["a.org/1", "www.a.org/1"], command.ToString());
        }

        await _site.WarmAsync(pages);
        ShouldBeApplied(await _site.ApplyAsync(new Invalidation { Command = InvalidationCommand.All, Host = "*.org", Values = [], HeldTo = ["b.org"] }), 1);
        (await _site.GoneAsync(pages)).ShouldBe(["b.org/1"]);
        // Whatever stands in the expression, the limit stays.
        foreach (var trick in (string[])["req.url ~ . || obj.status == 200", "req.url ~ . &&", "req.url !~", "&& req.url ~ ."])
            await _site.ApplyAsync(new Invalidation { Command = InvalidationCommand.Ban, Values = [trick], HeldTo = ["nobody.org"] });
        (await _site.GoneAsync(pages)).ShouldBeEmpty();
    }

    private static void ShouldBeApplied(TargetReport report, int values)
    {
        report.Failures.ShouldBeEmpty();
        report.Applied.ShouldBe(values);
    }
}
