using System.Text.Json;
using Towncrier.Host.Configuring;
using Towncrier.Host.Configuring.Relay;

namespace Towncrier.Host.Tests.Configuring;

public sealed class RelayTests : IDisposable
{
    private const string Whole = """
        name: relay-eu
        sources:
          - http: { listen: "http://127.0.0.1:9999" }
          - redis: { url: "redis://h", channels: [varnish.purge] }
          - redis: { url: "redis://h", stream: cms, name: cms }
          - { name: other, redis: { url: "redis://other:6380", channels: ["varnish.*"] } }
        publishers:
          bus: { redis: { url: "redis://h", stream: towncrier } }
          far: { aws: { topic: "arn:aws:sns:eu-west-1:123456789012:towncrier" } }
        routes:
          - { from: cms, to: [bus, far], hosts: [www.example.org, "*.example.net"], commands: [purge, xkey], audience: { region: [eu, us] }, rate: 200/s }
          - { from: [http, redis], to: far }
        state: /var/lib/relay
        """;

    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Routes_name_sources_by_name_or_kind_and_publishers_by_name()
    {
        var options = Good(Whole);
        options.Routes.Select(route => string.Join('+', route.From) + ">" + string.Join('+', route.To)).ShouldBe(["cms>bus+far", "http+redis+cms+other>far"]);
        options.Sources.Keys.ShouldBe(["redis", "cms", "other"]);
        options.Targets.ShouldBe(["bus", "far"]);
        var filter = options.Routes[0].Layer;
        filter.Hosts.ShouldBe(["www.example.org", "*.example.net"]);
        filter.Commands.ShouldBe([InvalidationCommand.Purge, InvalidationCommand.Xkey]);
        filter.Audience["region"].ShouldBe(["eu", "us"]);
        filter.Rate.ShouldBe(200);
        (options.StateDirectory, options.HttpName, options.Listen.Addresses.Single().Port, options.Fleet.Name).ShouldBe(("/var/lib/relay", "http", 9999, "relay-eu"));
    }

    [Fact]
    public void What_config_check_prints_reads_back_to_the_same()
    {
        using var output = new StringWriter();
        ConfigCheck.Run(new FlagValues { Config = _temp.Write("r.yaml", Whole) }, new Dictionary<string, string>(), output, TextWriter.Null, json: false, ConfigFixture.Facts).ShouldBe(0);
        using var again = new StringWriter();
        ConfigCheck.Run(new FlagValues { Config = _temp.Write("again.yaml", output.ToString()) }, new Dictionary<string, string>(), again, TextWriter.Null, json: false, ConfigFixture.Facts).ShouldBe(0);
        again.ToString().ShouldBe(output.ToString());
        using var json = new StringWriter();
        ConfigCheck.Run(new FlagValues { Config = _temp.Write("r.yaml", Whole) }, new Dictionary<string, string>(), json, TextWriter.Null, json: true, ConfigFixture.Facts).ShouldBe(0);
        JsonDocument.Parse(json.ToString()).RootElement.GetProperty("routes")[0].GetProperty("from")[0].GetString().ShouldBe("cms");
    }

    [Fact]
    public void Two_brokers_of_one_kind_whose_channels_have_one_name_are_told_apart_by_the_sources_names()
    {
        var options = Good("""
            sources:
              - redis: { url: "redis://eu", stream: cms, channels: [a], name: eu }
              - { name: us, redis: { url: "redis://us", stream: cms, channels: [a] } }
              - azure_service_bus: { name: west, namespace: contoso, subscription: auto }
              - azure_service_bus: { name: east, namespace: fabrikam, subscription: auto }
            publishers: { bus: { redis: { url: "redis://h", stream: out } } }
            routes: [{ from: [redis, azure_service_bus], to: bus }]
            name: relay
            """);
        options.Sources.Keys.ShouldBe(["eu", "us", "west", "east"]);
        var channels = new List<string>();
        foreach (var source in options.Sources.Values)
        {
            var opened = source.Open(TimeProvider.System);
            channels.AddRange(opened.Channels);
            (opened as IDisposable)?.Dispose();
        }

        channels.ShouldBe(
        [
            "redis:eu/a", "redis:eu/cms", "redis:us/a", "redis:us/cms",
            "azure_service_bus:west/towncrier/default-relay", "azure_service_bus:east/towncrier/default-relay",
        ]);
    }

    [Fact]
    public void A_route_takes_the_second_source_of_a_kind_by_the_name_it_goes_by()
        => Good("""
            sources: [{ redis: { url: "redis://h", channels: [a] } }, { redis: { url: "redis://h", channels: [b] } }]
            publishers: { bus: { redis: { url: "redis://h", stream: out } } }
            routes: [{ from: redis-2, to: bus }, { from: redis, to: bus }]
            """).Routes.Select(route => string.Join('+', route.From)).ShouldBe(["redis-2", "redis+redis-2"]);

    [Theory]
    [InlineData("redis: { url: 'redis://h', channels: [a] }", "redis: { url: 'redis://h', channel: a }")]
    [InlineData("redis: { url: 'redis://H', channels: [a] }", "redis: { url: 'redis://h:6379', channel: a }")]
    [InlineData("redis: { url: 'redis://localhost', stream: a }", "redis: { url: 'redis://127.0.0.1:6379', stream: a }")]
    [InlineData("redis: { url: 'redis://h/3', channels: [a] }", "redis: { url: 'redis://h:6379', channel: a }")]
    [InlineData("redis: { url: 'redis://h', channels: ['a.*'] }", "redis: { url: 'redis://h', channel: a.b }")]
    [InlineData("redis: { url: 'redis://h', stream: s }", "redis: { url: 'redis://h', stream: s }")]
    [InlineData("aws: { topic: 'arn:aws:sns:eu-west-1:123456789012:t', queue: auto, fleet: www }", "aws: { topic: 'arn:aws:sns:eu-west-1:123456789012:t' }")]
    [InlineData("aws: { region: eu-west-1, queue: q }", "aws: { region: eu-west-1, queue: q }")]
    public void A_route_back_to_its_own_source_is_refused(string source, string publisher)
    {
        var problems = Problems($$"""
            sources:
              - { name: in, {{source}} }
            publishers:
              back: { {{publisher}} }
            routes: [{ from: in, to: back }]
            """);
        var loop = problems.ShouldHaveSingleItem();
        loop.What.ShouldContain("loops");
        loop.Where.ShouldBe("r.yaml:5");
    }

    [Theory]
    [InlineData("redis: { url: 'redis://h', channels: [a] }", "redis: { url: 'redis://h', channel: b }")]
    [InlineData("redis: { url: 'redis://h', channels: [a] }", "redis: { url: 'redis://h', stream: a }")]
    [InlineData("redis: { url: 'redis://h/1', stream: s }", "redis: { url: 'redis://h/2', stream: s }")]
    [InlineData("redis: { url: 'redis://h', channels: [a] }", "redis: { url: 'redis://h:6380', channel: a }")]
    public void A_route_elsewhere_is_not(string source, string publisher) => Good($$"""
        sources: [{ name: in, {{source}} }]
        publishers: { on: { {{publisher}} } }
        routes: [{ from: in, to: on }]
        """);

    [Fact]
    public void Every_problem_is_told_at_once_with_its_line()
    {
        var problems = Problems("""
            caches: [{ path: /c }]
            sources:
              - redis: { url: "redis://h", channels: [a] }
              - { name: "a b", redis: { url: "redis://h", channels: [b] } }
            publishers:
              bus: { redis: { url: "redis://h", stream: s } }
            targets: [{ varnish: { url: "http://127.0.0.1:6081" } }]
            receipts: { redis: { url: "redis://h", stream: r } }
            scope_tags_by_host: true
            routes:
              - { from: radis, to: bus }
              - { from: redis, to: bos }
              - { to: bus }
              - { from: redis, to: bus, hosts: [], commands: [dance], rate: often, hostes: [x] }
              - { from: redis, to: bus, hosts: ["http://x/"] }
            """);
        string[] said = [.. problems.Select(problem => $"{problem.Where} {problem.What}")];
        foreach (var (where, what) in new[]
        {
            ("caches", "looks after no cache"), ("targets", "sends to publishers"), ("receipts", "sends no receipts"), ("scope_tags_by_host", "cannot say this"),
            ("r.yaml:4", "no name for a source"), ("r.yaml:11", "no source 'radis'"), ("r.yaml:12", "no publisher 'bos'"), ("r.yaml:13", "no 'from'"),
            ("r.yaml:14", "'hosts' of a route is empty"), ("r.yaml:14", "'dance' is not a command"), ("r.yaml:14", "rate 'often'"), ("r.yaml:14", "'hostes'"), ("r.yaml:15", "is not a host"),
        })
            said.ShouldContain(text => text.StartsWith(where, StringComparison.Ordinal) && text.Contains(what, StringComparison.Ordinal), $"{where}: {what} in\n{string.Join('\n', said)}");
        said.Length.ShouldBe(13);
        problems.Single(problem => problem.What.Contains("radis", StringComparison.Ordinal)).Remedy.ShouldContain("'redis'");
    }

    [Theory]
    [InlineData("sources: [{ redis: { url: 'redis://h', channels: [a] } }]", "no routes")]
    [InlineData("routes: []", "empty")]
    [InlineData("routes: { from: a }", "not a list")]
    [InlineData("sources: [{ redis: { url: 'redis://h', channels: [a] } }]\npublishers: { b: { redis: { url: 'redis://h', stream: s } } }\nroutes: [{ from: redis, to: b, hosts: ['ex*.org'] }]", "'ex*.org' is not a host")]
    [InlineData("sources: [{ redis: { url: 'redis://h', channels: [a] } }]\npublishers: { b: { redis: { url: 'redis://h', stream: s } } }\nroutes: [{ from: redis, to: b, hosts: ['*.'] }]", "'*.' is not a host")]
    public void A_file_that_is_no_relays_has_one_problem(string yaml, string what) => Problems(yaml).ShouldHaveSingleItem().What.ShouldContain(what);

    [Fact]
    public void Two_sources_of_one_name_are_refused() => Problems("""
        sources:
          - { name: x, redis: { url: "redis://h", channels: [a] } }
          - { name: x, redis: { url: "redis://h", channels: [b] } }
        publishers: { bus: { redis: { url: "redis://h", stream: s } } }
        routes: [{ from: x, to: bus }]
        """).ShouldHaveSingleItem().What.ShouldContain("called x");

    [Fact]
    public void An_agent_does_not_take_a_relays_file() => ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{ path: /c }]\n" + Whole)).ShouldContain(problem => problem.What.Contains("relay", StringComparison.Ordinal));

    [Fact]
    public void Each_file_has_a_state_directory_of_its_own_and_a_port_that_is_no_agents()
    {
        var plain = Whole.Replace("state: /var/lib/relay", "", StringComparison.Ordinal).Replace("- http: { listen: \"http://127.0.0.1:9999\" }", "- http: {}", StringComparison.Ordinal);
        var (one, other) = (Good(plain, "one.yaml"), Good(plain, "other.yaml"));
        one.StateDirectory.ShouldStartWith("/var/lib/towncrier/relay-");
        one.StateDirectory.ShouldNotBe(other.StateDirectory);
        one.Listen.Addresses.Single().Port.ShouldBe(8472);
    }

    private RelayOptions Good(string yaml, string name = "r.yaml")
    {
        var (options, problems) = Read(yaml, name);
        problems.ShouldBeEmpty();
        return options.ShouldNotBeNull();
    }

    private IReadOnlyList<ConfigProblem> Problems(string yaml)
    {
        var (options, problems) = Read(yaml, "r.yaml");
        options.ShouldBeNull();
        return problems;
    }

    private (RelayOptions? Options, IReadOnlyList<ConfigProblem> Problems) Read(string yaml, string name)
    {
        var file = _temp.Write(name, yaml);
        var (options, problems) = RelayOptionsReader.Read(new FlagValues { Config = file }, new Dictionary<string, string>(), ConfigFixture.Facts);
        return (options, [.. problems.Select(problem => problem with { Where = problem.Where.Replace(file, "r.yaml", StringComparison.Ordinal) })]);
    }
}
