namespace Towncrier.EndToEnd.Bans;

/// <summary>
/// Ban expressions on real Varnish and on our side, over the same objects of the same origin, in a varnishd's memory and in
/// an nginx's cache files. Where the two differ it is on purpose, and stands in <see cref="Differences"/> with its reason.
/// </summary>
public sealed class Agreement
{
    private const string Hour = "Cache-Control: max-age=3600\r\n";

    private static readonly BanObject[] Objects =
    [
        new("a.org", "/news/1", Hour + "X-Foo: bar\r\nContent-Type: text/html\r\n"),
        new("a.org", "/news/2?page=2&x=%7e", Hour + "X-Foo: BAR\r\nContent-Type: text/html; charset=utf-8\r\n"),
        new("a.org", "/img/a.png", Hour + "Content-Type: image/png\r\n"),
        new("b.org", "/news/1", Hour + "x-foo:   bar\r\n"),
        new("b.org", "/", Hour),
        new("www.a.org", "/dup", Hour + "X-Foo: one\r\nX-Foo: two\r\n"),
        new("a.org", "/empty", Hour + "X-Foo:\r\n"),
        new("a.org", "/missing", Hour, "404 Not Found"),
        new("a.org", "/moved", Hour + "Location: /news/1\r\n", "301 Moved Permanently"),
        new("a.org", "/gone", Hour + "X-Foo: bar\r\n", "410 Gone"),
        new("a.org", "/aged", "Cache-Control: max-age=36000\r\nAge: 5000\r\n"),
        new("a.org", "/quoted", Hour + "X-Foo: \"bar\" baz\r\n"),
        new("a.org", "/own", Hour + "X-Url: /elsewhere\r\n"),
        new("a.org", "/ü/", Hour),
        new("a.org", "/short", "Cache-Control: max-age=300\r\n"),
        new("a.org", "/NEWS/1", Hour + "Cache-Tag: red,blue\r\n"),
    ];

    private static readonly string[] Expressions =
    [
        "req.url == /news/1", "req.url != /news/1", "req.url ~ ^/news/", "req.url !~ ^/news/", "req.url ~ /news/1$", "req.url ~ (?i)^/news/1$",
        @"req.url ~ \.(png|jpg)$", @"req.url ~ ^/news/2\?page=2", "req.url ~ x=%7e", "req.url ~ x=%7E", "req.url == /news/2", "req.url ~ ü",
        "req.url == /ü/", @"req.url ~ ^/\w+/\d$", "req.url ~ ^/[a-m]+", "req.url ~ .", "req.url ~ ^.{5,6}$", "req.url ~ ^/$|^/dup$",
        "req.http.host == a.org", "req.http.host == A.org", "req.http.host != a.org", "req.http.host ~ a.org$", "req.http.host !~ ^www",
        "req.http.HOST ~ ^b", "req.http.host ~ org && req.url == /news/1", "req.http.host == b.org && req.url ~ ^/news && obj.status == 200",
        "obj.http.x-foo == bar", "obj.http.X-FOO == bar", "obj.http.x-foo != bar", "obj.http.x-foo ~ bar", "obj.http.x-foo !~ bar", "obj.http.x-foo ~ (?i)^bar$",
        "obj.http.x-foo ~ ^$", "obj.http.x-foo ~ .", "obj.http.x-foo == one", "obj.http.x-foo == two", "obj.http.x-foo ~ two", "obj.http.x-foo != one",
        @"obj.http.x-foo ~ ^\""bar", @"obj.http.x-foo ~ ^""bar""\x20baz$", "obj.http.nobody == x", "obj.http.nobody != x", "obj.http.nobody ~ x", "obj.http.nobody !~ x",
        "obj.http.content-type ~ ^text/ && obj.http.x-foo != bar", "obj.http.content-length == 2", "obj.http.location ~ news", "obj.http.cache-tag ~ (^|,)red(,|$)",
        "obj.status == 404", "obj.status != 200", "obj.status ~ ^[34]", "obj.status !~ ^2", "obj.status == 0404", "obj.status == 4", "obj.status ~ 1$",
        "obj.age > 1h", "obj.age >= 1.5h", "obj.age < 1m", "obj.age <= 6000000ms", "obj.age > -5s", "obj.age > 1d", "obj.age < 1w", "obj.age < 1y", "obj.age != 3h", "obj.age == 3h",
        "obj.age > .5h", "obj.age > 1.h", "obj.age > 1.12345678901234567890h",
        "obj.ttl < 10m", "obj.ttl > 30m", "obj.ttl >= 2h", "obj.ttl > 0s", "obj.ttl <= 0s", "obj.ttl > -1d && req.url ~ ^/s",
        "obj.http.x-url == /news/1", "obj.http.x-url ~ ^/(news|img)", "obj.http.x-host == a.org && obj.http.x-url ~ png", "obj.http.x-host != a.org", "obj.http.X-Host !~ a",
        "  req.url   ==  /dup  ", "req.url\t==\t/dup\t&&\tobj.status\t==\t200", "req.url == '/news/1'", "req.url == &&", "req.url ~ &&",
        // Refused by both.
        "", "req.url", "req.url ==", "req.url = /x", "req.url == /x &&", "req.url == /x || req.url == /y", "req.url == /x req.url == /y", "&& req.url == /x",
        "req.url == /x&&obj.status == 200", "req.url ==/x", "req.url > /x", "obj.status > 300", "obj.status >= 404", "obj.age ~ 9", "obj.ttl !~ 9", "obj.foo == 1", "REQ.URL == /x",
        "bereq.url == /x", "obj == x", "obj.age > 90", "obj.age > s", "obj.age > +5s", "obj.age > 1.0e1s", "obj.age > 3s5", "obj.age > 1m30s", "obj.age < 1Y", "obj.age < 1 h",
        "obj.age > 99999999999999999999y", "obj.age > .s", "obj.age > --5s", "obj.age > 1.2.3s", "obj.age == \"\"", "req.url ~ (", "req.url ~ [a", "req.url ~ *",
    ];

    private static readonly (string Expression, string Why)[] Differences =
    [
        ("req.url == \"/news/1\"", "quoted as for varnishadm; a VCL's ban() takes the quotes for part of the argument"),
        ("req.url ~ \"^/news/\"", "the same"),
        ("obj.http.x-foo == \"\\\"bar\\\" baz\"", "the same, and a blank can be written; a VCL's ban() would end the argument there"),
        ("obj.http.x-foo == \"\"", "the same: an empty header can be asked for"),
        ("req.urlx == /news/1", "Varnish compares the field's name only as far as its own goes; a misspelled field is refused here"),
        ("req.http.cookie != x", "no header of a request is kept but the host; on Varnish it is the next client's"),
        ("obj.grace > 0s", "nginx has stale windows of its own; not offered"),
        ("obj.keep == 0s", "the same"),
        ("req.url ~ ^/news/(?=1)", "lookarounds need a backtracking engine; refused rather than run without a bound"),
        (@"req.url ~ ^/(n)ews/\1?", "and so do references"),
        ("req.url ~ [[:digit:]]", "refused, because .NET would read it as something else"),
        (@"req.url ~ \xc3\xbc", "single bytes above 127: refused, because .NET would read them as characters"),
        (@"req.url ~ ^/\Qnews\E/1", "not known to .NET, which says so"),
        ("obj.http.x-url == /elsewhere", "the usual VCL overwrites such a header of the response; here the stored one counts"),
        ("obj.ttl > 35000s", "nginx does not subtract Age from the time an object stays fresh"),
    ];

    [Fact]
    public async Task Varnish_and_we_mean_the_same_entries()
    {
        Expressions.Length.ShouldBeGreaterThan(100);
        await using var site = await SameOrigin.StartAsync(Objects);
        var wrong = new List<string>();
        foreach (var expression in Expressions)
        {
            var (theirs, ours) = await AskAsync(site, expression);
            if (theirs != ours) wrong.Add($"{expression}\n    varnish {theirs}\n    we      {ours}");
        }

        foreach (var (expression, why) in Differences)
        {
            var (theirs, ours) = await AskAsync(site, expression);
            if (theirs == ours) wrong.Add($"{expression}\n    is no difference any more ({why}): both {ours}");
        }

        wrong.ShouldBeEmpty();
    }

    private static async Task<(string Theirs, string Ours)> AskAsync(SameOrigin site, string expression)
    {
        var (pages, _) = site.OnNginx(expression);
        return (Text(await site.OnVarnishAsync(expression)), Text(pages));
    }

    private static string Text(string[]? pages) => pages is null ? "refused" : string.Join(' ', pages);
}
