using System.Text;
using Towncrier.Agent.Matching;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Matching;

public sealed class Hosts
{
    [Theory]
    [InlineData("www.example.org", "www.example.org", false, true)]
    [InlineData("WWW.example.org", "www.EXAMPLE.org", false, true)]
    [InlineData("www.example.org", "example.org", false, false)]
    [InlineData("www.example.org:8080", "www.example.org", false, true)]
    [InlineData("www.example.org", "www.example.org:8080", false, true)]
    [InlineData("www.example.org:80", "www.example.org:8080", false, false)]
    [InlineData("www.example.org", "*.example.org", false, true)]
    [InlineData("example.org", "*.example.org", false, false)]
    [InlineData("evilexample.org", "*.example.org", false, false)]
    [InlineData("www.example.org:8080", "*.example.org", false, true)]
    [InlineData("[::1]", "[::1]", false, true)]
    [InlineData("[::1]:8080", "[::1]", false, true)]
    [InlineData("[::1]", "[::1]:8080", false, true)]
    [InlineData("[::1]:80", "[::1]:8080", false, false)]
    [InlineData("[::1]", "[::2]", false, false)]
    [InlineData("exämple.org", "exämple.org", false, true)]
    [InlineData("www.example.orgé", "*.example.org", false, false)]
    [InlineData("", "example.org", false, false)]
    [InlineData("example.orgcookie", "example.org", true, true)]
    [InlineData("example.orgcookie", "EXAMPLE.org:80", true, true)]
    [InlineData("example.orgcookie", "other.org", true, false)]
    [InlineData("www.example.orgcookie", "*.example.org", true, true)]
    [InlineData("example.or", "example.org", true, false)]
    public void Names(string have, string wanted, bool open, bool matches)
        => HostName.Matches(Encoding.UTF8.GetBytes(have), Encoding.UTF8.GetBytes(wanted), open).ShouldBe(matches);

    [Fact]
    public void No_two_hosts_end_in_an_exception()
    {
        var random = new Random(6);
        for (var i = 0; i < 100_000; i++)
        {
            var have = Encoding.UTF8.GetBytes(Wildcards.Any(random, "aB.:[]*é", 8));
            var wanted = Encoding.UTF8.GetBytes(Wildcards.Any(random, "aB.:[]*é", 8));
            _ = HostName.Matches(have, wanted, open: i % 2 == 0);
        }

        HostName.Matches(new byte[600], new byte[600], open: false).ShouldBeFalse();
    }

    [Fact]
    public void A_key_with_the_public_host_is_compared()
    {
        var index = Indexes.Of("httpswww.example.org/a", "httpother.org/a");
        Allowed(HostScope.For("www.example.org", [], index, strict: false)).ShouldBe(["httpswww.example.org"]);
        Allowed(HostScope.For("swww.example.org.", [], index, strict: false)).ShouldBe(["httpswww.example.org"]); // the other reading of https
        Allowed(HostScope.For("*.example.org", [], index, strict: true)).ShouldBe(["httpswww.example.org"]);
        Allowed(HostScope.For("third.org", ["third.org"], index, strict: false)).ShouldBeEmpty();
        Allowed(HostScope.For(null, [], index, strict: true)).Length.ShouldBe(2);
        Allowed(HostScope.For("", [], index, strict: true)).Length.ShouldBe(2);

        string[] Allowed(HostScope scope) => [.. index.Sites().Where(s => scope.Allows(s.Host)).Select(s => Encoding.UTF8.GetString(s.Prefix))];
    }

    [Theory]
    [InlineData("www.example.org", false, true)]  // any host may be served from here
    [InlineData("www.example.org", true, false)]  // but not when a whole host is meant
    [InlineData("*.example.org", false, false)]
    [InlineData("backend", false, true)]
    [InlineData("backend", true, true)]
    public void A_key_with_the_upstreams_name_is_a_matter_of_the_selector(string wanted, bool strict, bool allowed)
    {
        var index = Indexes.New("$scheme://$proxy_host$request_uri");
        new Facts("http://backend/a", []).PutInto(index);
        HostScope.For(wanted, [], index, strict).Allows(index.Sites()[0].Host).ShouldBe(allowed);
        HostScope.For(wanted, ["www.example.org"], index, strict).Allows(index.Sites()[0].Host).ShouldBeTrue();
        HostScope.For("nobody.org", ["www.example.org"], index, strict).Allows(index.Sites()[0].Host).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/a?b#c", true, null, "/a?b")]
    [InlineData("/a#c", false, null, "/a#c")]
    [InlineData("https://www.example.org/a%20?x", true, "www.example.org", "/a%20?x")]
    [InlineData("HTTP://www.example.org", true, "www.example.org", "/")]
    [InlineData("www.example.org/a", true, "www.example.org", "/a")]
    [InlineData("www.example.org?x", true, "www.example.org", "/?x")]
    [InlineData("[::1]:80/a", true, "[::1]:80", "/a")]
    [InlineData("*/a", false, null, "*/a")]
    [InlineData("", true, null, "/")]
    [InlineData("https:///a", true, null, "/a")]
    [InlineData("?x", true, null, "/?x")]
    public void A_url_is_a_host_and_a_path(string value, bool cut, string? host, string uri)
        => UrlText.Parse(value, cut).ShouldBe(new UrlText(host, uri));

    [Theory]
    [InlineData("$host$request_uri", "/a%20b?x=%41", "/a%20b?x=%41")]
    [InlineData("$host$uri", "/a%20b?x=%41", "/a b")]
    [InlineData("$host$uri$is_args$args", "/a%20b?x=%41", "/a b?x=%41")]
    [InlineData("$host$uri$is_args$args", "/a?", "/a")]
    [InlineData("$host$uri?$args", "/a", "/a?")]
    [InlineData("$host$uri?$args", "/a?b?c", "/a?b?c")]
    [InlineData("$host$uri$args", "/a?b", "/ab")]
    public void A_url_is_turned_into_what_the_key_holds(string template, string url, string held)
        => Encoding.UTF8.GetString(UrlText.Parse(url, cutFragment: true).InKey(Indexes.New(template).Template)).ShouldBe(held);
}
