using Towncrier.Agent.Nginx;
using Towncrier.Host.Warming;

namespace Towncrier.Host.Tests.Warming;

public sealed class KeyedRequestTests
{
    [Theory]
    [InlineData("$scheme$host$request_uri", "httpwww.example.org/a?b=c", "http", "www.example.org", "/a?b=c")]
    [InlineData("$scheme$host$request_uri", "httpswww.example.org/", "https", "www.example.org", "/")]
    [InlineData("$scheme://$http_host$request_uri", "https://www.example.org:8443/%2e./x", "https", "www.example.org:8443", "/%2e./x")]
    [InlineData("$host$request_uri", "www.example.org/a", null, "www.example.org", "/a")]
    [InlineData("$scheme$request_method$host$request_uri", "httpGETwww.example.org/a", "http", "www.example.org", "/a")]
    [InlineData("$scheme$host$uri", "httpwww.example.org/a/b", "http", "www.example.org", "/a/b")]
    public void A_key_with_host_and_URI_is_a_request(string template, string key, string? scheme, string host, string target)
    {
        Read(template, key, out var request).ShouldBeTrue();
        request.ShouldBe(new KeyedRequest(scheme, host, target));
    }

    [Theory]
    [InlineData("$scheme$proxy_host$request_uri", "httpupstream/a")] // the upstream's name is nobody's Host
    [InlineData("$request_uri", "/a")]
    [InlineData("$scheme$host$request_uri", "nothing of the kind")]
    [InlineData("$scheme$host$request_uri", "httpwww.example.org/a b")]
    [InlineData("$scheme$host$request_uri", "httpwww.example.org/a\r\nHost: evil")]
    [InlineData("$scheme$host$request_uri", "httpwww.example.org/ä")]
    [InlineData("$scheme$host$request_uri", "httpwww.example.org@evil/a")]
    [InlineData("$scheme$host$uri", "httpwww.example.org/a%20b")] // how it was written is not known
    [InlineData("$scheme$request_method$host$request_uri", "httpHEADwww.example.org/a")]
    [InlineData("$scheme$host$request_uri|$cookie_user", "httpwww.example.org/a|ann")]
    [InlineData("$device$scheme$host$request_uri", "phonehttpwww.example.org/a")]
    public void A_key_that_says_less_or_more_is_none(string template, string key) => Read(template, key, out _).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1:2")]
    [InlineData("2:2:1")]
    public void Levels_are_read_as_they_are_written(string text)
    {
        LevelWords.TryRead(text, out var levels).ShouldBeTrue();
        levels.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("1:")]
    [InlineData("1:2:2:2")]
    [InlineData("../..")]
    public void Levels_that_nginx_cannot_have_are_none(string text) => LevelWords.TryRead(text, out _).ShouldBeFalse();

    private static bool Read(string template, string key, out KeyedRequest request)
    {
        KeyTemplate.TryParse(template, out var parsed, out var problem).ShouldBeTrue(problem);
        return KeyedRequest.TryRead(parsed, key, out request);
    }
}
