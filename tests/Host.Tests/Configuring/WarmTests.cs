using Towncrier.Host.Configuring;
using Towncrier.Providers.Redis;

namespace Towncrier.Host.Tests.Configuring;

public class WarmTests
{
    private const string Channel = "source: { redis: { url: \"redis://bus\", channels: [w] } }, publisher: { redis: { url: \"redis://bus\", channel: w } }";

    [Fact]
    public void A_full_section_is_read_and_shown_without_its_token()
    {
        using var temp = new TempDirectory();
        var token = temp.Write("warm.token", "0123456789abcdef\n");
        var yaml = $$"""
            caches: [{ path: /c }]
            warm: { address: "http://10.0.0.5:8471", token_file: {{token}}, {{Channel}}, objects: 100, timeout: 5s, rate: 7, through: "http://127.0.0.1:80", peers: ["*.internal", 10.0.0.6], pid: /run/nginx.pid }
            """;
        var options = ConfigFixture.Good(ConfigFixture.ReadYaml(yaml));
        var warm = options.Fleet.Warm.ShouldNotBeNull();
        (warm.Address, warm.Token, warm.Objects, warm.Timeout, warm.Rate, warm.Through, warm.Pid).ShouldBe(
            (new Uri("http://10.0.0.5:8471"), "0123456789abcdef", 100, TimeSpan.FromSeconds(5), 7, new Uri("http://127.0.0.1:80"), "/run/nginx.pid"));
        warm.Peers.ShouldBe(["*.internal", "10.0.0.6"]);
        warm.Source.Options.ShouldBeOfType<RedisSourceOptions>().Channels.ShouldBe(["w"]);
        warm.Publisher.Options.ShouldBeOfType<RedisPublisherOptions>().Channel.ShouldBe("w");
        var shown = EffectiveYaml.Write(options);
        shown.ShouldNotContain(warm.Token);
        warm.ToString().ShouldNotContain(warm.Token);
        // What is shown reads back to the same.
        EffectiveYaml.Write(ConfigFixture.Good(ConfigFixture.ReadYaml(shown))).ShouldBe(shown);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        using var temp = new TempDirectory();
        var warm = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            caches: [{ path: /c }]
            warm: { address: "https://cache-1.internal/agent", token_file: {{temp.Write("t", "0123456789abcdef")}}, {{Channel}} }
            """)).Fleet.Warm.ShouldNotBeNull();
        (warm.Objects, warm.Timeout, warm.Rate, warm.Through, warm.Peers, warm.Pid).ShouldBe((5000, TimeSpan.FromSeconds(20), 50, null, null, null));
    }

    [Theory]
    [InlineData("address: nonsense", "t.yaml:2", "address 'nonsense' is no address")]
    [InlineData("address: \"http://u:p@10.0.0.5/\"", "t.yaml:2", "is no address")]
    [InlineData("through: \"http://127.0.0.1/path\"", "t.yaml:2", "through 'http://127.0.0.1/path' is no address")]
    [InlineData("objects: 50001", "t.yaml:2", "objects is 50001; it must be 0 to 50000")]
    [InlineData("rate: 0", "t.yaml:2", "rate is 0; it must be 1 to 10000")]
    [InlineData("rate: fast", "t.yaml:2", "rate 'fast' is not a number")]
    [InlineData("timeout: 2h", "t.yaml:2", "timeout is 2h")]
    [InlineData("timeout: 0", "t.yaml:2", "timeout is 0s")]
    [InlineData("peers: [\"http://x/\"]", "t.yaml:2", "'http://x/' is no host")]
    [InlineData("pid: nginx.pid", "t.yaml:2", "pid 'nginx.pid' is not absolute")]
    [InlineData("channel: x", "t.yaml:2", "'channel' of warm is not a setting")]
    public void A_wrong_setting_is_told_with_its_line(string setting, string where, string what)
    {
        using var temp = new TempDirectory();
        var address = setting.StartsWith("address", StringComparison.Ordinal) ? "" : "address: \"http://10.0.0.5:8471\", ";
        var problem = ConfigFixture.Problems(ConfigFixture.ReadYaml($$"""
            caches: [{ path: /c }]
            warm: { {{address}}token_file: {{temp.Write("t", "0123456789abcdef")}}, {{Channel}}, {{setting}} }
            """)).ShouldHaveSingleItem();
        problem.Where.ShouldBe(where);
        problem.What.ShouldContain(what);
    }

    [Fact]
    public void Everything_that_is_missing_is_told_at_once()
    {
        using var temp = new TempDirectory();
        ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{ path: /c }]\nwarm: { rate: 5 }")).Select(p => p.What).ShouldBe(
            ["warm has no address", "warm has no token_file", "warm has no source for its notices", "warm has no publisher for its notices"]);
        ConfigFixture.Problems(ConfigFixture.ReadYaml($$"""
            caches: [{ path: /c }]
            warm: { address: "http://10.0.0.5:8471", token_file: {{temp.Write("short", "0123456789")}}, {{Channel}} }
            """)).ShouldHaveSingleItem().What.ShouldContain("fewer than 16 characters");
        ConfigFixture.Problems(ConfigFixture.ReadYaml($$"""
            targets: [{ varnish: { url: "http://127.0.0.1:6081" } }]
            warm: { address: "http://10.0.0.5:8471", token_file: {{temp.Write("t", "0123456789abcdef")}}, {{Channel}} }
            """)).ShouldHaveSingleItem().What.ShouldBe("there is no cache to be warmed");
    }
}
