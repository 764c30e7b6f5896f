using Towncrier.Agent;
using Towncrier.Host.Configuring;

namespace Towncrier.Host.Tests.Configuring;

public class PrecedenceTests
{
    [Fact]
    public void A_cache_alone_is_enough()
    {
        var options = ConfigFixture.Good(ConfigFixture.Read(new FlagValues { Caches = ["/c"] }));

        options.Caches.ShouldHaveSingleItem().Path.ShouldBe("/c");
        options.Listen.Addresses.ShouldHaveSingleItem().Text.ShouldBe("http://127.0.0.1:8471");
        (options.Fence, options.Soft.Updating, options.Soft.Error).ShouldBe((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), null));
        options.StateDirectory.ShouldNotBeNull().ShouldMatch("^/var/lib/towncrier/[0-9a-f]{12}$");
    }

    [Fact]
    public void Without_any_cache_there_is_nothing_to_do() =>
        ConfigFixture.Read(new FlagValues()).Problems.ShouldHaveSingleItem().What.ShouldContain("no cache directory");

    [Fact]
    public void Flags_beat_environment_beats_file()
    {
        const string Yaml = "caches: [{path: /f}]\nfence: 1s\nstate: /file\nlog: text\nsources: [{http: {listen: 'unix:/f'}}]";
        var all = ConfigFixture.Good(ConfigFixture.ReadYaml(
            Yaml,
            new FlagValues { Fence = "3s", Listen = ["unix:/a", "unix:/b", "unix:/a"] },
            ("TOWNCRIER_FENCE", "2s"), ("TOWNCRIER_STATE", "/env"), ("TOWNCRIER_LISTEN", "unix:/e")));

        all.Fence.ShouldBe(TimeSpan.FromSeconds(3));
        all.StateDirectory.ShouldBe("/env");
        all.Log.ShouldBe(LogFormat.Text);
        all.Listen.Addresses.Select(a => a.UnixPath).ShouldBe(["/a", "/b"]);
    }

    [Fact]
    public void Caches_add_up_and_flags_win()
    {
        const string Yaml = "caches: [{path: /one, key: '$uri', hosts: [a.org]}, {path: /two}]";
        var options = ConfigFixture.Good(ConfigFixture.ReadYaml(
            Yaml, new FlagValues { Caches = ["/one/", "/three"], Key = "$host$request_uri" }, ("TOWNCRIER_CACHE", "/four:/two:")));

        options.Caches.ToDictionary(c => c.Path, c => c.Key).ShouldBe(
            new Dictionary<string, string?> { ["/one"] = "$host$request_uri", ["/two"] = "$host$request_uri", ["/four"] = "$host$request_uri", ["/three"] = "$host$request_uri" },
            ignoreOrder: true);
        options.Caches[0].Hosts.ShouldBe(["a.org"]);
    }

    [Fact]
    public void The_key_variable_is_for_caches_named_in_passing()
    {
        var options = ConfigFixture.Good(ConfigFixture.ReadYaml("caches: [{path: /f}]", new FlagValues { Caches = ["/a"] }, ("TOWNCRIER_KEY", "$uri")));

        options.Caches.Select(c => c.Key).ShouldBe([null, "$uri"]);
        ConfigFixture.ReadYaml("caches: [{path: /f}]", new FlagValues { Key = "$uri" }).Problems.ShouldHaveSingleItem().Where.ShouldBe("--key");
    }

    [Theory]
    [InlineData("TOWNCRIER_FENCE", "soon")]
    [InlineData("TOWNCRIER_LISTEN", "tcp://x")]
    [InlineData("TOWNCRIER_LOG", "xml")]
    [InlineData("TOWNCRIER_TOKEN", "two words")]
    [InlineData("TOWNCRIER_TOKEN_FILE", "/nope")]
    [InlineData("TOWNCRIER_CONFIG", "/nope")]
    [InlineData("TOWNCRIER_STATE", "/c/s")]
    public void A_wrong_variable_is_named(string name, string value)
    {
        var (_, problems) = ConfigFixture.Read(new FlagValues { Caches = ["/c"] }, (name, value));

        problems.ShouldHaveSingleItem().Where.ShouldBe(name);
        problems[0].What.ShouldNotContain("two words");
    }

    [Fact]
    public void A_token_opens_the_world_and_an_empty_variable_is_none()
    {
        var listen = new FlagValues { Caches = ["/c"], Listen = ["http://*:80"] };

        ConfigFixture.Good(ConfigFixture.Read(listen, ("TOWNCRIER_TOKEN", "t"))).Token.ShouldBe("t");
        ConfigFixture.Read(listen, ("TOWNCRIER_TOKEN", "")).Problems.ShouldHaveSingleItem().Where.ShouldBe("--listen");
    }

    [Theory]
    [InlineData("http://127.0.0.1:80", true)]
    [InlineData("http://127.9.9.9:80/", true)]
    [InlineData("http://[::1]:80", true)]
    [InlineData("http://localhost:80", true)]
    [InlineData("unix:/x", true)]
    [InlineData("http://[::]:80", false)]
    [InlineData("http://0.0.0.0:0", false)]
    [InlineData("http://*:80", false)]
    [InlineData("http://example.org:80", null)]
    [InlineData("http://::1:80", null)]
    [InlineData("http://1:80", null)]
    [InlineData("http://127.0.0.1:65536", null)]
    [InlineData("http://127.0.0.1:-1", null)]
    [InlineData("http://127.0.0.1:80/path", null)]
    [InlineData("http://user@127.0.0.1:80", null)]
    [InlineData("http://:80", null)]
    [InlineData("http://[]:80", null)]
    [InlineData("http://localhost:0", null)]
    [InlineData("https://127.0.0.1:80", null)]
    [InlineData("unix:x", null)]
    [InlineData("unix:/x/", null)]
    [InlineData("unix:", null)]
    [InlineData("", null)]
    public void Addresses_are_local_or_not_or_wrong(string text, bool? isLocal)
    {
        var address = ListenAddress.Read(text, out var problem);

        (address?.IsLocal, problem is null).ShouldBe((isLocal, isLocal is not null));
    }

    [Fact]
    public void The_default_state_depends_on_the_set_of_caches_only()
    {
        var user = new HostFacts(false, "/home/x/.local/state");

        StateDirectory.For(["/a", "/b"], user).ShouldBe(StateDirectory.For(["/b", "/a"], user));
        StateDirectory.For(["/a"], user).ShouldNotBe(StateDirectory.For(["/b"], user));
        StateDirectory.For(["/a"], user)!.ShouldStartWith("/home/x/.local/state/towncrier/");
        StateDirectory.For(["/a"], new HostFacts(false, null)).ShouldBeNull();
    }

    [Fact]
    public void Durations_read_back()
    {
        foreach (var text in new[] { "0s", "1ms", "999ms", "1s", "90s", "2m", "1h", "7d" })
        {
            Durations.TryRead(text, out var value).ShouldBeTrue();
            Durations.Write(value).ShouldBe(text);
        }

        foreach (var text in new[] { "", "s", "1", "1 s", "1.5s", "+1s", "1S", "1w", "١s" }) Durations.TryRead(text, out _).ShouldBeFalse(text);
    }
}
