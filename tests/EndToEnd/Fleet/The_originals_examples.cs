namespace Towncrier.EndToEnd.Fleet;

/// <summary>Every kind of message that varnish-towncrier documents, by PUBLISH, on a real Varnish and a real nginx at once.</summary>
public sealed class The_originals_examples
{
    private const string Www = "www.example.org";
    private const string Shop = "shop.example.org";

    private static readonly SitePage[] Pages =
    [
        new(Www, "/"), new(Www, "/news/"), new(Www, "/news/41"), new(Www, "/news/42"), new(Www, "/news/42?page=2"), new(Www, "/news/42?page=3"),
        new(Www, "/news/42?"), new(Www, "/a%2Fb"), new(Www, "/a%2fb"), new(Www, "/a/b"), new(Www, "/x%3Fy"), new(Www, "/x?y"), new(Www, "/s?q=%C3%BC&r=a%20b"),
        new(Www, "/s?q=%c3%bc&r=a%20b"), new(Www, "/s?q=%C3%BC&r=a+b"), new(Www, "/ü/"), new(Www, "/%C3%BC/"), new(Www, "/img/a.png"), new(Www, "/img/b.jpg"),
        new(Www, "/tags/still", "still"), new(Www, "/tags/flying", "flying"), new(Www, "/tags/both", "still flying"), new(Www, "/tags/calm", "calm"), new(Www, "/tags/stillness", "stillness"),
        new(Shop, "/"), new(Shop, "/news/42"), new(Shop, "/news/42?page=2"), new(Shop, "/tags/still", "still"),
    ];

    // The message; what is gone on nginx; and on Varnish, where that is not the same. "own" is Varnish's own address.
    private static readonly (string Message, string[] Nginx, string[]? Varnish)[] Examples =
    [
        (Of("purge", Www, "/"), [Www + "/"], null),
        (Of("purge", Www, "/news/", "/news/42"), [Www + "/news/", Www + "/news/42"], null),
        (Of("purge", Www, "/news/42?page=2"), [Www + "/news/42?page=2"], null),
        (Of("purge", Www, "/news/42?page=2", "/news/42?page=9", "/img/a.png"), [Www + "/news/42?page=2", Www + "/img/a.png"], null),
        (Of("purge", Www, "/news/42?"), [Www + "/news/42?"], null),
        (Of("purge", Www, "/a%2Fb"), [Www + "/a%2Fb"], null),
        (Of("purge", Www, "/a%2fb"), [Www + "/a%2fb"], null),
        (Of("purge", Www, "/a/b"), [Www + "/a/b"], null),
        (Of("purge", Www, "/x%3Fy"), [Www + "/x%3Fy"], null),
        (Of("purge", Www, "/x?y"), [Www + "/x?y"], null),
        (Of("purge", Www, "/s?q=%C3%BC&r=a%20b"), [Www + "/s?q=%C3%BC&r=a%20b"], null),
        (Of("purge", Www, "/s?q=%c3%bc&r=a%20b"), [Www + "/s?q=%c3%bc&r=a%20b"], null),
        (Of("purge", Www, "/s?q=%C3%BC&r=a+b"), [Www + "/s?q=%C3%BC&r=a+b"], null),
        (Of("purge", Www, "/ü/"), [Www + "/ü/"], null),
        (Of("purge", Www, "/%C3%BC/"), [Www + "/%C3%BC/"], null),
        (Of("purge", Www, "\\u002fnews\\u002f41"), [Www + "/news/41"], null),
        (Of("purge", Shop, "/news/42"), [Shop + "/news/42"], null),
        (Of("purge", "nobody.example.org", "/news/42"), [], null),
        (Of("ban", Www, "req.url ~ ^/img/"), [Www + "/img/a.png", Www + "/img/b.jpg"], null),
        (Of("ban", Www, "obj.http.x-url == /news/42 && obj.http.x-host == shop.example.org"), [Shop + "/news/42"], null),
        (Of("ban", "", "req.http.host == shop.example.org && req.url == /"), [Shop + "/"], null),
        (Of("ban", Www, "obj.http.x-kind == img && req.url ~ png$", "req.url ~ page=3"), [Www + "/img/a.png", Www + "/news/42?page=3"], null),
        (Of("ban", Www, "obj.http.xkey ~ calm"), [Www + "/tags/calm"], null),
        (Of("ban", null, @"req.url ~ ^/news/42\\?page=[0-9]+$"), [Www + "/news/42?page=2", Www + "/news/42?page=3", Shop + "/news/42?page=2"], null),
        (Of("ban.url", Www, "^/news/4[0-9]$"), [Www + "/news/41", Www + "/news/42"], null),
        (Of("ban.url", Www, @"\\.(png|jpg)$", "^/a%2F"), [Www + "/a%2Fb", Www + "/img/a.png", Www + "/img/b.jpg"], null),
        (Of("ban.url", Www, @"\\?page="), [Www + "/news/42?page=2", Www + "/news/42?page=3"], null),
        (Of("ban.url", Shop, "."), [Shop + "/", Shop + "/news/42", Shop + "/news/42?page=2", Shop + "/tags/still"], null),
        (Of("ban.url", Www, "^/ü"), [Www + "/ü/"], null),
        (Of("xkey", Www, "calm"), [Www + "/tags/calm"], null),
        (Of("xkey", Www, "still", "flying"), [Www + "/tags/still", Www + "/tags/flying", Www + "/tags/both", Shop + "/tags/still"], null),
        (Of("xkey", null, "flying calm"), [Www + "/tags/flying", Www + "/tags/both", Www + "/tags/calm"], null),
        (Of("xkey", "nobody.example.org", "stillness"), [Www + "/tags/stillness"], null),
        // Any host on nginx; on Varnish that of the endpoint's address.
        (Of("purge", null, "/news/42"), [Www + "/news/42", Shop + "/news/42"], ["own/news/42"]),
        (Of("purge", "", "/news/42?page=2"), [Www + "/news/42?page=2", Shop + "/news/42?page=2"], []),
        (Of("ban.url", null, "^/news/42"), [Www + "/news/42", Www + "/news/42?page=2", Www + "/news/42?page=3", Www + "/news/42?", Shop + "/news/42", Shop + "/news/42?page=2"], ["own/news/42"]),
        ("""{"Command":"purge","HOST":"www.example.org","Value":["/news/"],"extra":{"a":1}}""", [Www + "/news/"], null),
    ];

    [Fact]
    public async Task Each_purges_exactly_what_it_names_on_both()
    {
        await using var site = await TwoCaches.StartAsync(port => [.. Pages, new SitePage($"127.0.0.1:{port}", "/news/42")]);
        (await site.GoneAsync()).ShouldSatisfyAllConditions(gone => gone.Nginx.ShouldBeEmpty(), gone => gone.Varnish.ShouldBeEmpty());
        var own = $"127.0.0.1:{site.Varnish.Port}";
        var wrong = new List<string>();
        foreach (var (message, onNginx, onVarnish) in Examples)
        {
            await site.TellAsync(message);
            var gone = await site.GoneAsync();
            // What is of any host is of Varnish's own, too, where nginx has it.
            Compare("nginx", gone.Nginx.Where(page => onVarnish is null || !page.StartsWith(own, StringComparison.Ordinal)), onNginx);
            Compare("varnish", gone.Varnish.Select(page => onVarnish is null ? page : page.Replace(own, "own", StringComparison.Ordinal)), onVarnish ?? onNginx);

            void Compare(string cache, IEnumerable<string> seen, IEnumerable<string> meant)
            {
                var (is_, should) = (string.Join(' ', seen.Order(StringComparer.Ordinal)), string.Join(' ', meant.Order(StringComparer.Ordinal)));
                if (is_ != should) wrong.Add($"{message}\n    {cache} {is_}\n    meant {should}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_soft_one_leaves_a_stale_object_that_is_served_while_it_is_fetched_anew()
    {
        await using var site = await TwoCaches.StartAsync(_ => Pages);
        var (tagged, beside) = (Pages.Single(page => page.Target == "/tags/flying"), Pages.Single(page => page.Target == "/tags/calm"));
        var before = (Nginx: await site.OnNginxAsync(tagged), Varnish: await site.OnVarnishAsync(tagged));
        var (calmNginx, calmVarnish) = (await site.OnNginxAsync(beside), await site.OnVarnishAsync(beside));

        await site.TellAsync(Of("xkey.soft", Www, "flying", "nobody"));
        (await site.OnNginxAsync(tagged)).ShouldBe(new Seen("STALE", before.Nginx.Body));
        (await site.OnVarnishAsync(tagged)).ShouldBe(before.Varnish, "still served, within Varnish's grace");
        await Eventually.TrueAsync(async () => (await site.OnNginxAsync(tagged)) is { Status: "HIT" } now && now.Body != before.Nginx.Body, "nginx has the new one");
        await Eventually.TrueAsync(async () => (await site.OnVarnishAsync(tagged)) is { Status: "hit" } now && now.Body != before.Varnish.Body, "Varnish has the new one");
        (await site.OnNginxAsync(beside)).ShouldBe(calmNginx);
        (await site.OnVarnishAsync(beside)).ShouldBe(calmVarnish);
    }

    private static string Of(string command, string? host, params string[] values)
        => $$"""{"command":"{{command}}",{{(host is null ? "" : $"\"host\":\"{host}\",")}}"value":[{{string.Join(',', values.Select(value => $"\"{value}\""))}}]}""";
}
