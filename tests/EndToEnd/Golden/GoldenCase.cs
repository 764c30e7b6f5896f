using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Golden;

/// <summary>One cache file to have nginx make: what is asked, what the origin answers, and what differs in nginx.</summary>
internal sealed record GoldenCase(string Name, string Path, OriginReply Reply)
{
    /// <summary>The Host header; with <see cref="NginxSetup.Key"/> it makes the key the same on every machine.</summary>
    public const string Host = "www.example.org";

    public UpstreamKind Kind { get; init; } = UpstreamKind.Proxy;

    public Func<NginxSetup, NginxSetup> Setup { get; init; } = setup => setup;

    public (string Name, string Value)[] Ask { get; init; } = [];

    /// <summary>Asked before, and kept out of the golden folder: what makes the case a second variant.</summary>
    public (string Name, string Value)[]? AskBefore { get; init; }

    private static readonly (string, string) SurrogateKey = ("Surrogate-Key", "article-7 section-news author-3");

    public static IReadOnlyList<GoldenCase> All { get; } =
    [
        new("proxy-plain", "/plain?a=1&b=%20two", OriginReply.Text("plain")),
        new("proxy-tags", "/tags", OriginReply.Text(
            "tagged", SurrogateKey, ("Cache-Tag", "cat-1,cat-2, cat-3"), ("X-Magento-Tags", "cat_p_12,cms_b_4"), ("xkey", "k1 k2"))),
        new("proxy-vary-main", "/vary", OriginReply.Text("english", ("Vary", "Accept-Language")))
            { Ask = [("Accept-Language", "en")] },
        new("proxy-vary-variant", "/vary", OriginReply.Text("français", ("Vary", "Accept-Language")))
            { AskBefore = [("Accept-Language", "en")], Ask = [("Accept-Language", "fr")] },
        new("proxy-etag", "/etag", OriginReply.Text(
            "etag", ("ETag", "\"33a64df5\""), ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"))),
        new("proxy-age", "/age", OriginReply.Text("aged", ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Age", "120"))),
        new("proxy-stale-windows", "/windows", OriginReply.Text(
            "windows", ("Cache-Control", "max-age=600, stale-while-revalidate=30, stale-if-error=86400"))),
        new("proxy-404", "/gone", OriginReply.Text("not here", SurrogateKey) with { Status = 404 }),
        new("proxy-empty-body", "/empty", OriginReply.Text("", SurrogateKey)),
        new("proxy-line-break-key", "/a%0AKEY:%20httpwww.example.org/forged", OriginReply.Text("forged", SurrogateKey))
            { Setup = setup => setup with { Key = "$scheme$host$uri" } },
        new("proxy-large-head", "/large", OriginReply.Text(
            "large", ("X-Before", new string('b', 8_000)), ("Cache-Tag", string.Join(',', Enumerable.Range(1, 250).Select(n => $"tag-{n}")))))
            { Setup = setup => setup with { Location = "proxy_buffer_size 16k; proxy_buffers 8 16k;" } },
        new("fastcgi-plain", "/fastcgi", OriginReply.Text("fastcgi", SurrogateKey)) { Kind = UpstreamKind.FastCgi },
        new("fastcgi-split-tag", "/fastcgi-split", OriginReply.Text("split", SurrogateKey) with
        {
            SplitAfter = ["Surrogate-Key: article-7 sec", "section-news aut"],
            RecordPadding = 5,
        })
            { Kind = UpstreamKind.FastCgi },
        new("fastcgi-split-everywhere", "/fastcgi-bytes", OriginReply.Text("bytes", SurrogateKey) with { RecordSize = 3, RecordPadding = 1 })
            { Kind = UpstreamKind.FastCgi },
        new("uwsgi-cgi", "/uwsgi", OriginReply.Text("uwsgi", SurrogateKey)) { Kind = UpstreamKind.Uwsgi },
        new("uwsgi-raw-http", "/uwsgi-raw", OriginReply.Text("uwsgi", SurrogateKey) with { RawHttp = true }) { Kind = UpstreamKind.Uwsgi },
        new("scgi-cgi", "/scgi", OriginReply.Text("scgi", SurrogateKey)) { Kind = UpstreamKind.Scgi },
    ];
}
