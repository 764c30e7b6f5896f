using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Engine.Tests.Nginx;

public sealed class Key_templates
{
    [Theory]
    [InlineData("$scheme$host$request_uri", "httpwww.example.org/a?b=c", "www.example.org", "/a?b=c")]
    [InlineData("$scheme$host$request_uri", "httpswww.example.org/a", "www.example.org", "/a")]
    [InlineData("$scheme$host$request_uri", "http[2001:db8::1]/a", "[2001:db8::1]", "/a")]
    [InlineData("$scheme$http_host$request_uri", "httpwww.example.org:8080/a", "www.example.org:8080", "/a")]
    [InlineData("$scheme$host$request_uri", "httpsexample.org/", "example.org", "/")]
    [InlineData("$scheme$host:$server_port$request_uri", "http[::1]:8080/a:b", "[::1]", "/a:b")]
    [InlineData("$scheme$host:$server_port$request_uri", "httpexample.org:8080/a:b", "example.org", "/a:b")]
    [InlineData("$scheme$proxy_host$request_uri", "httpbackend/a", "backend", "/a")]
    [InlineData("$scheme://$proxy_host$request_uri", "http://backend:8080/a?x", "backend:8080", "/a?x")]
    [InlineData("$request_method|$scheme|$host|$request_uri|$cookie_x", "GET|https|example.org|/a?b|c|123", "example.org", "/a?b|c")]
    [InlineData("$request_method|$scheme|$host|$request_uri|$cookie_x", "HEAD|http|example.org|/a|", "example.org", "/a")]
    [InlineData("$host$uri$is_args$args", "example.org/a b?x=1?y", "example.org", "/a b?x=1?y")]
    [InlineData("$host$uri?$args", "example.org/a?x=1?y", "example.org", "/a?x=1?y")]
    [InlineData("$uri", "/a\nKEY: b", "", "/a\nKEY: b")]
    [InlineData("${scheme}x${host}y$request_uri", "httpxexample.orgy/a", "example.org", "/a")]
    [InlineData("$host$request_uri$cookie_user", "example.org/auser7", "example.org", "/auser7")]
    [InlineData("$scheme$request_method$host$request_uri", "httpsGETexample.org/a", "example.org", "/a")]
    [InlineData("$host$cookie_x$request_uri", "example.orgcookie/a", "example.orgcookie", "/a")]
    [InlineData("$cookie_x$host$request_uri", "cookieexample.org/a", "", "/a")]
    [InlineData("$cookie_x|$host$request_uri", "co/okie|example.org/a", "example.org", "/a")]
    [InlineData("site-1$request_uri", "site-1/a", "", "/a")]
    public void Host_and_uri_are_found(string text, string key, string host, string uri)
    {
        var (parsed, foundHost, foundUri) = Split(text, key);
        (parsed, foundHost, foundUri).ShouldBe((true, host, uri));
    }

    [Theory]
    [InlineData("$scheme$host$request_uri", "")]
    [InlineData("$scheme$host$request_uri", "ftpexample.org/a")]
    [InlineData("$scheme$host$request_uri", "httpexample.org")]
    [InlineData("$scheme://$proxy_host$request_uri", "httpexample.org/a")]
    [InlineData("$request_method|$scheme|$host|$request_uri|$cookie_x", "GET|https|example.org|/a")]
    [InlineData("$scheme$host:$server_port$request_uri", "http[::1/a")]
    public void A_key_that_does_not_fit_is_one_whole_uri(string text, string key) => Split(text, key).ShouldBe((false, "", key));

    [Theory]
    [InlineData("httpwww.example.org/a", "www.example.org", "/a", false)]
    [InlineData("http://backend/a", "backend", "/a", true)]
    [InlineData("GET|https|example.org|/a", "example.org", "/a", false)]
    [InlineData("httpsGETexample.org/a", "example.org", "/a", false)]
    [InlineData("example.org/a", "example.org", "/a", false)]
    [InlineData("httphttpbin.org/a", "httpbin.org", "/a", false)]
    [InlineData("httpshttps.example.org/a", "https.example.org", "/a", false)]
    [InlineData("/a", "", "/a", false)]
    public void Without_a_directive_the_common_shapes_are_guessed(string key, string host, string uri, bool upstream)
    {
        Split("auto", key).ShouldBe((true, host, uri));
        KeyTemplate.Auto.Split(Encoding.UTF8.GetBytes(key)).HostIsUpstream.ShouldBe(upstream);
    }

    [Fact]
    public void Https_before_a_host_has_two_readings()
    {
        var key = "httpsexample.org/a"u8;
        var template = Of("$scheme$host$request_uri");
        var host = KeyHost.Of(key, template.Split(key));
        Encoding.ASCII.GetString(host.Host).ShouldBe("example.org");
        Encoding.ASCII.GetString(host.Other).ShouldBe("sexample.org");
        template = Of("$scheme|$host$request_uri");
        KeyHost.Of("https|example.org/a"u8, template.Split("https|example.org/a"u8)).Other.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void What_a_template_holds_is_told()
    {
        Of("$scheme$proxy_host$request_uri").HasOnlyUpstream.ShouldBeTrue();
        Of("$scheme$host$request_uri").HasOnlyUpstream.ShouldBeFalse();
        Of("$host$request_uri$cookie_x").OpenEnded.ShouldBeTrue();
        Of("$host$request_uri|$cookie_x").OpenEnded.ShouldBeFalse();
        Of("$host$uri$is_args$args").DecodesUri.ShouldBeTrue();
        Of("$host$uri$is_args$args").OpenEnded.ShouldBeFalse();
        Of("$host$uri?$args").OpenEnded.ShouldBeFalse();
        KeyTemplate.TryParse("$host$args", out _, out var problem).ShouldBeFalse();
        problem.ShouldContain("$host$args");
        KeyTemplate.TryParse("auto", out var auto, out _).ShouldBeTrue();
        auto.IsAuto.ShouldBeTrue();
    }

    [Fact]
    public void Whatever_template_and_key_are_the_pieces_lie_within_the_key()
    {
        var random = new Random(3);
        string[] pieces = ["$scheme", "$host", "$proxy_host", "$request_uri", "$uri", "$is_args", "$args", "$cookie_x", "$request_method", "|", "://", "/", "?", ":", "${host}", "$", "{", "}"];
        string[] bits = ["http", "https", "GET", "POST", "example.org", "[::1]", ":80", "/", "/a", "?", "|", "://", "x", "[", "]", "\n", "é", "s"];
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (!KeyTemplate.TryParse(text, out var template, out _) || i % 5 == 0) template = KeyTemplate.Auto;
            var key = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => bits[random.Next(bits.Length)])));
            var split = template.Split(key);
            (split.HostAt >= 0 && split.HostLength >= 0 && split.UriAt >= 0 && split.UriLength >= 0).ShouldBeTrue(text);
            (split.HostAt + split.HostLength).ShouldBeLessThanOrEqualTo(split.UriAt, text);
            (split.UriAt + split.UriLength).ShouldBeLessThanOrEqualTo(key.Length, text);
            _ = KeyHost.Of(key, split).Host.Length;
            // The index keeps what is before the URI once for all keys that begin so: it must say the same of the host.
            KeyHost.Of(key.AsSpan(0, split.UriAt), split).Host.SequenceEqual(KeyHost.Of(key, split).Host).ShouldBeTrue(text);
        }
    }

    private static KeyTemplate Of(string text) => KeyTemplate.TryParse(text, out var template, out var problem) ? template : throw new ArgumentException(problem);

    private static (bool Parsed, string Host, string Uri) Split(string text, string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var split = Of(text).Split(bytes);
        return (split.Parsed, Encoding.UTF8.GetString(KeyHost.Of(bytes, split).Host), Encoding.UTF8.GetString(bytes, split.UriAt, split.UriLength));
    }
}
