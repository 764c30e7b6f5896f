using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Tests.Configuring;

/// <summary>Which source hears what a publisher sends, by what is configured.</summary>
public class PlaceTests
{
    private const string Topic = "arn:aws:sns:eu-west-1:123456789012:towncrier";

    [Theory]
    [InlineData("redis: {url: 'redis://h', channels: [a, b]}", "redis: {url: 'redis://h:6379/3', channel: b}", true)]
    [InlineData("redis: {url: 'redis://h', channels: ['c*s']}", "redis: {url: 'redis://h', channel: caches}", true)]
    [InlineData("redis: {url: 'redis://h', channels: ['c*s']}", "redis: {url: 'redis://h', channel: cache}", false)]
    [InlineData("redis: {url: 'redis://h', channels: [a]}", "redis: {url: 'redis://g', channel: a}", false)]
    [InlineData("redis: {url: 'redis://h', channels: [a]}", "redis: {url: 'redis://h:6380', channel: a}", false)]
    [InlineData("redis: {url: 'redis://h', channels: [a]}", "redis: {url: 'redis://h', stream: a}", false)]
    [InlineData("redis: {url: 'redis://h', stream: s}", "redis: {url: 'redis://me@h:6379', channel: c, stream: s}", true)]
    [InlineData("redis: {url: 'redis://h/1', stream: s}", "redis: {url: 'redis://h', stream: s}", false)]
    [InlineData("redis: {url: 'unix:///run/r?db=2', channels: [a]}", "redis: {url: 'unix:///run/r', channel: a}", true)]
    [InlineData("redis: {url: 'redis://h', channels: [a]}", "aws: {topic: 'arn:aws:sns:eu-west-1:123456789012:towncrier'}", false)]
    [InlineData("aws: {topic: 'arn:aws:sns:eu-west-1:123456789012:towncrier', queue: auto}", "aws: {topic: 'arn:aws:sns:eu-west-1:123456789012:towncrier'}", true)]
    [InlineData("aws: {topic: 'arn:aws:sns:eu-west-1:123456789012:towncrier', queue: auto}", "aws: {topic: 'arn:aws:sns:us-east-1:123456789012:towncrier'}", false)]
    [InlineData("aws: {region: eu-west-1, queue: q}", "aws: {region: eu-west-1, queue: q}", true)]
    [InlineData("aws: {region: eu-west-1, queue: q}", "aws: {topic: 'arn:aws:sns:eu-west-1:123456789012:towncrier'}", false)]
    public void A_source_hears_what_is_sent_to_its_place(string source, string publisher, bool hears)
    {
        var fleet = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            caches: [{ path: /c }]
            sources: [{ {{source}} }]
            publishers: { p: { {{publisher}} } }
            """)).Fleet;
        fleet.Sources[0].Hears(fleet.Publishers["p"].Place).ShouldBe(hears);
        fleet.Publishers["p"].Place.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_place_is_named_as_it_is_documented()
    {
        var publishers = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            caches: [{ path: /c }]
            publishers:
              channel: { redis: { url: "redis://me@127.0.0.1/4", channel: varnish.purge } }
              stream: { redis: { url: "redis://127.0.0.1/4", stream: towncrier } }
              bus: { aws: { topic: "{{Topic}}" } }
            """)).Fleet.Publishers;
        publishers["channel"].Place.ShouldBe("redis://127.0.0.1:6379/#channel:varnish.purge");
        publishers["stream"].Place.ShouldBe("redis://127.0.0.1:6379/4#stream:towncrier");
        publishers["bus"].Place.ShouldBe("aws:" + Topic);
    }

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "ab", false)]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "axbxbxc", true)]
    [InlineData("a*b*c", "axbxcx", false)]
    [InlineData("h?llo", "hallo", true)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("h[ae]llo", "hello", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[a-c]llo", "hbllo", true)]
    [InlineData("h[c-a]llo", "hbllo", true)]
    [InlineData("h[a-c]llo", "hdllo", false)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[ab", "b", true)]
    [InlineData("ab\\", "ab\\", true)]
    [InlineData("[", "a", false)]
    public void Patterns_match_as_in_Redis(string pattern, string text, bool matches) => RedisGlob.Matches(pattern, text).ShouldBe(matches);
}
