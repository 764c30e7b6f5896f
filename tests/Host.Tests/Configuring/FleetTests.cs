using Towncrier.Host.Configuring;
using Towncrier.Providers.Redis;
using Towncrier.Providers.Varnish;

namespace Towncrier.Host.Tests.Configuring;

public class FleetTests
{
    [Fact]
    public void A_full_fleet_is_read()
    {
        using var temp = new TempDirectory();
        var (secret, password) = (temp.Write("cms.secret", "0123456789abcdef0123456789abcdef\n"), temp.Write("redis.password", "hidden\n"));
        var options = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            name: cache-eu-1
            labels: { region: eu-west-1, cloud: aws }
            scope_tags_by_host: true
            caches: [{ path: /c }]
            sources:
              - redis: { url: "redis://agent@bus:6380/2", password_file: {{password}}, channels: [varnish.purge, news.*], stream: towncrier, on_gap: expire, heartbeat: 500ms, read_timeout: 3s, window: 100 }
            targets:
              - varnish: { url: "http://127.0.0.1:6081", xkey_header: x-key, host: www.example.org, timeout: 2s, tries: 1 }
            publishers:
              bus: { redis: { url: "rediss://bus:6380", stream: towncrier, max_length: 5000 } }
              old: { redis: { url: "redis://bus:6380", channel: varnish.purge } }
            receipts: { redis: { url: "redis://bus:6380", stream: towncrier.receipts } }
            allow:
              hosts: ["*.example.org"]
              commands: [purge, xkey.soft]
              unsigned: [http]
              keys: [{ id: cms, secret_file: {{secret}}, hosts: [www.example.org], commands: [purge], expires: 2027-01-31 }]
            """));

        var fleet = options.Fleet;
        var input = fleet.Sources.ShouldHaveSingleItem();
        var source = input.Options.ShouldBeOfType<RedisSourceOptions>();
        (source.Address.ToString(), source.Password, source.Stream, input.OnGap).ShouldBe(("redis://bus:6380/2", "hidden", "towncrier", GapPolicy.Expire));
        source.Channels.ShouldBe(["varnish.purge", "news.*"]);
        (source.Heartbeat, source.ReadTimeout, source.Window).ShouldBe((TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(3), 100));
        fleet.Targets.ShouldBe([new VarnishOptions { Url = "http://127.0.0.1:6081", XkeyHeader = "x-key", Host = "www.example.org", Timeout = TimeSpan.FromSeconds(2), Tries = 1 }]);
        fleet.Publishers.Keys.ShouldBe(["bus", "old"]);
        var (bus, old) = ((RedisPublisherOptions)fleet.Publishers["bus"].Options, (RedisPublisherOptions)fleet.Publishers["old"].Options);
        (bus.Stream, bus.MaxLength, old.Channel).ShouldBe(("towncrier", 5000, "varnish.purge"));
        fleet.Receipts!.Options.ShouldBeOfType<RedisPublisherOptions>().Stream.ShouldBe("towncrier.receipts");
        fleet.Name.ShouldBe("cache-eu-1");
        fleet.Admission.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}").ShouldBe(["cloud=aws", "host=cache-eu-1", "region=eu-west-1"]);
        fleet.Admission.ScopeTagsByHost.ShouldBeTrue();
        fleet.Admission.Hosts.ShouldBe(["*.example.org"]);
        fleet.Admission.Commands.ShouldBe([InvalidationCommand.Purge, InvalidationCommand.XkeySoft]);
        fleet.Admission.UnsignedSources.ShouldBe(["http"]);
        var key = fleet.Admission.Keys.ShouldHaveSingleItem();
        (key.Id, key.Secret.Length, key.Expires).ShouldBe(("cms", 32, new DateTimeOffset(2027, 1, 31, 0, 0, 0, TimeSpan.Zero)));
        (options.ToString() + fleet + fleet.Admission).ShouldNotContain("0123456789abcdef");
        (options.ToString() + fleet).ShouldNotContain("hidden");
    }

    // In this table "|" is a line break.
    [Theory]
    [InlineData("sources: [{redis: {channels: [a]}}]", "a redis has no url")]
    [InlineData("sources: [{redis: {url: 'http://x'}}]", "http")]
    [InlineData("sources: [{redis: {url: 'redis://h:99999', channels: [a]}}]", "port must be 1..65535")]
    [InlineData("sources: [{redis: {url: 'redis://h'}}]", "reads neither a channel nor a stream")]
    [InlineData("sources: [{redis: {url: 'redis://h', channels: [a], on_gap: panic}}]", "on_gap 'panic' is not known")]
    [InlineData("sources: [{redis: {url: 'redis://h', chanels: [a], stream: b}}]", "'chanels' of redis is not a setting")]
    [InlineData("sources: [{redis: {url: 'redis://h', channels: [a]}}, {redis: {url: 'redis://i', channels: [a]}}]", "is read twice")]
    [InlineData("sources: [{redis: {url: 'redis://h', stream: a, password_file: /nowhere}}]", "the password file cannot be read")]
    [InlineData("sources: [{redis: {url: 'redis://h', stream: a, heartbeat: often}}]", "heartbeat 'often' is not a duration")]
    [InlineData("sources: [{redis: {url: 'redis://h', stream: a, heartbeat: 1h}}]", "redis.heartbeat must be")]
    [InlineData("sources: [{redis: {url: 'redis://h', stream: a, window: 0}}]", "redis.window must be")]
    [InlineData("targets: [{}]", "a target is empty")]
    [InlineData("targets: [{varnish: {url: 'https://x'}}]", "must be an http URL")]
    [InlineData("targets: [{varnish: {xkey_header: 'a b'}}]", "is no header name")]
    [InlineData("targets: [{varnish: {tries: many}}]", "tries 'many' is not a number")]
    [InlineData("targets: [{varnish: {tries: 0}}]", "varnish.tries must be")]
    [InlineData("targets: [{varnish: {timeout: 5}}]", "timeout '5' is not a duration")]
    [InlineData("targets: [{squid: {url: x}}]", "'squid' of targets is not a setting")]
    [InlineData("publishers: {bus: {}}", "the publisher 'bus' is empty")]
    [InlineData("publishers: {bus: {redis: {url: 'redis://h'}}}", "neither a channel nor a stream is named")]
    [InlineData("publishers: {bus: {redis: {url: 'redis://h', stream: a, max_length: x}}}", "max_length 'x' is not a number")]
    [InlineData("receipts: {}", "receipts name no broker")]
    [InlineData("receipts: {redis: {url: 'redis://h'}}", "neither a channel nor a stream is named")]
    [InlineData("allow: {commands: [dance]}", "'dance' is not a command")]
    [InlineData("allow: {hosts: ['http://x/']}", "'http://x/' is not a host")]
    [InlineData("allow: {keys: [{id: a}]}", "a key has no secret_file")]
    [InlineData("allow: {keys: [{secret_file: /nowhere}]}", "a key has no id")]
    [InlineData("allow: {keys: [{id: a, secret_file: /nowhere}]}", "the secret file cannot be read")]
    [InlineData("targets: [{varnish: }]", "'varnish' of targets is empty")]
    [InlineData("sources: [{redis: }]", "'redis' of sources is empty")]
    [InlineData("receipts: {redis: }", "'redis' of receipts is empty")]
    [InlineData("allow: {hosts: []}", "the list 'hosts' is empty")]
    [InlineData("allow: {commands: []}", "the list 'commands' is empty")]
    [InlineData("allow: {keys: []}", "'keys' is empty: nothing would ask for a signature")]
    [InlineData("allow: {unsigned: [http]}", "'unsigned' is given, but no keys")]
    [InlineData("allow: {unsigned: [pigeon]}", "'pigeon' is not a kind of source")]
    [InlineData("name: 'a b'", "the name holds a blank")]
    [InlineData("scope_tags_by_host: perhaps", "'scope_tags_by_host' is 'perhaps'")]
    [InlineData("labels: [a]", "'labels' is a list, not a mapping")]
    [InlineData("endpoint: {uri: 'ftp://x'}", "must be an http URL")]
    [InlineData("redis: {uri: 'http://x'}", "http")]
    [InlineData("redis: {url: 'redis://h'}", "'url' of redis is not a setting")]
    public void What_is_wrong_is_told_with_its_place(string yaml, string what)
    {
        var problems = ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{path: /c}]\n" + yaml.Replace('|', '\n')));
        problems.ShouldContain(problem => problem.What.Contains(what, StringComparison.Ordinal), string.Join("\n", problems));
        problems.ShouldAllBe(problem => problem.Remedy.Length > 0);
    }

    [Fact]
    public void A_short_secret_is_refused_and_not_shown()
    {
        using var temp = new TempDirectory();
        var problems = ConfigFixture.Problems(ConfigFixture.ReadYaml($"caches: [{{path: /c}}]\nallow: {{keys: [{{id: a, secret_file: {temp.Write("s", "hunter2")}}}]}}"));
        problems.ShouldHaveSingleItem().ToString().ShouldContain("shorter than 16");
        problems[0].ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void The_originals_file_is_read_as_it_stands()
    {
        var options = ConfigFixture.Good(ConfigFixture.ReadYaml("""
            redis:
              uri: redis://127.0.0.1:6379
              password: ""
              subscribe:
                - varnish.purge
                - other
            endpoint:
              uri: http://127.0.0.1:6081/
              xkeyHeader: x-key
              softxkeyheader: x-soft
              banheader: x-ban
              banurlheader: x-url
            """));
        options.Caches.ShouldBeEmpty();
        options.Fleet.Sources.ShouldHaveSingleItem().Labels.ShouldBe(["varnish.purge", "other"]);
        options.Fleet.Sources[0].OnGap.ShouldBe(GapPolicy.Warn);
        options.Fleet.Targets.ShouldBe([new VarnishOptions { Url = "http://127.0.0.1:6081/", XkeyHeader = "x-key", SoftXkeyHeader = "x-soft", BanHeader = "x-ban", BanUrlHeader = "x-url" }]);
    }

    [Fact]
    public void The_originals_environment_is_stronger_than_its_file_and_its_defaults_fill_the_rest()
    {
        var environment = new Dictionary<string, string> { ["VT_REDIS_PASSWORD"] = "hidden", ["VT_REDIS_SUBSCRIBE"] = "a  b", ["VT_ENDPOINT_URI"] = "http://varnish:80/" };
        using var temp = new TempDirectory();
        var file = temp.Write("vt.yml", "redis: {subscribe: [c]}\n");
        var (options, problems) = AgentOptionsReader.Read(new FlagValues { Config = file }, environment, ConfigFixture.Facts);
        problems.ShouldBeEmpty();
        var source = options!.Fleet.Sources.ShouldHaveSingleItem().Options.ShouldBeOfType<RedisSourceOptions>();
        (source.Address.ToString(), source.Password).ShouldBe(("redis://127.0.0.1:6379/0", "hidden"));
        source.Channels.ShouldBe(["a", "b"]);
        options.Fleet.Targets.ShouldBe([new VarnishOptions { Url = "http://varnish:80/" }]);

        (options, _) = AgentOptionsReader.Read(new FlagValues { Caches = ["/c"] }, new Dictionary<string, string>(), ConfigFixture.Facts);
        options!.Fleet.Sources.ShouldBeEmpty("who never had varnish-towncrier has nothing of it");
        options.Fleet.Targets.ShouldBeEmpty();
    }

    [Fact]
    public void The_effective_configuration_reads_back_to_itself()
    {
        const string Yaml = """
            name: 'cache-1'
            targets: [{ varnish: { url: "http://127.0.0.1:6081", tries: 2 } }]
            sources: [{ redis: { url: "redis://127.0.0.1:6379/0", channels: [a], stream: b, on_gap: stop } }]
            publishers: { bus: { redis: { url: "redis://127.0.0.1:6379/0", stream: b } } }
            receipts: { redis: { url: "redis://127.0.0.1:6379/0", channel: r } }
            labels: { region: eu }
            allow: { hosts: [a.example.org], commands: [purge] }
            """;
        var first = EffectiveYaml.Write(ConfigFixture.Good(ConfigFixture.ReadYaml(Yaml)));
        EffectiveYaml.Write(ConfigFixture.Good(ConfigFixture.ReadYaml(first))).ShouldBe(first);
        first.ShouldContain("on_gap: stop");
    }
}
