using Towncrier.Host.Configuring;
using Towncrier.Providers.Aws;

namespace Towncrier.Host.Tests.Configuring;

public class AwsFleetTests
{
    private const string Topic = "arn:aws:sns:eu-west-1:123456789012:towncrier";

    [Fact]
    public void Sources_publishers_and_receipts_are_read()
    {
        var fleet = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            name: cache-eu-1
            caches: [{ path: /c }]
            sources:
              - aws: { topic: "{{Topic}}", queue: auto, fleet: www, endpoint: "http://127.0.0.1:4566", profile: edge, on_gap: expire, loops: 2, window: 500, visibility: 40s, wait: 5s, filter_policy: '{"team":["web"]}', most_receives: 7, retention: 1d, heartbeat: 5m }
              - redis: { url: "redis://h", channels: [a] }
              - aws: { region: us-east-1, queue: towncrier-cache-1 }
            publishers:
              bus: { aws: { topic: "{{Topic}}.fifo", group: site } }
            receipts: { aws: { region: eu-west-1, queue: answers } }
            """)).Fleet;

        fleet.Sources.Select(source => source.Kind).ShouldBe(["aws", "redis", "aws"], "in the order of the file");
        fleet.Sources.Select(source => source.OnGap).ShouldBe([GapPolicy.Expire, GapPolicy.Warn, GapPolicy.Warn]);
        var made = fleet.Sources[0].Options.ShouldBeOfType<AwsSourceOptions>();
        made.ShouldBe(new AwsSourceOptions
        {
            Access = new AwsAccess { Region = "eu-west-1", Endpoint = new Uri("http://127.0.0.1:4566"), Profile = "edge" },
            Topic = Topic,
            Fleet = "www",
            Host = "cache-eu-1",
            FilterPolicy = """{"team":["web"]}""",
            Loops = 2,
            Window = 500,
            Visibility = TimeSpan.FromSeconds(40),
            Wait = TimeSpan.FromSeconds(5),
            MostReceives = 7,
            Retention = TimeSpan.FromDays(1),
            Beat = TimeSpan.FromMinutes(5),
        });
        var given = fleet.Sources[2].Options.ShouldBeOfType<AwsSourceOptions>();
        (given.Queue, given.Topic, given.Access.Region).ShouldBe(("towncrier-cache-1", null, "us-east-1"));
        var bus = fleet.Publishers["bus"].Options.ShouldBeOfType<AwsPublisherOptions>();
        (bus.Topic, bus.Group, bus.Access.Region).ShouldBe((Topic + ".fifo", "site", "eu-west-1"));
        fleet.Receipts!.Options.ShouldBeOfType<AwsPublisherOptions>().Queue.ShouldBe("answers");
        fleet.Receipts.Receipts!.OneReader.ShouldBeTrue("publishers share the queue");
    }

    [Theory]
    [InlineData("sources: [{aws: {region: eu-west-1}}]", "aws needs a queue, or a topic")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: auto}}]", "aws needs a queue, or a topic")]
    [InlineData("sources: [{aws: }]", "'aws' of sources is empty")]
    [InlineData("sources: [{aws: {queue: q}}]", "nothing says in which region the queue is")]
    [InlineData("sources: [{aws: {region: us-east-1, topic: 'arn:aws:sns:eu-west-1:123456789012:t'}}]", "aws.topic is in eu-west-1, and aws.region is us-east-1")]
    [InlineData("sources: [{aws: {topic: towncrier}}]", "aws.topic is no ARN of a topic")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: 123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-1}}]", "aws.queue must be a queue's name (1..80")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q, qeue: r}}]", "'qeue' of aws is not a setting")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q, endpoint: 'sqs:4566'}}]", "endpoint is not an http or https address")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q, endpoint: 'http://me:secret@h'}}]", "endpoint is not an http or https address")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q, wait: often}}]", "wait 'often' is not a duration")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q, loops: many}}]", "loops 'many' is not a number")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q, loops: 0}}]", "aws.loops must be")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q, on_gap: panic}}]", "on_gap 'panic' is not known")]
    [InlineData("sources: [{aws: {region: eu-west-1, queue: q}}, {aws: {region: eu-west-1, queue: q}}]", "is read twice")]
    [InlineData("publishers: {bus: {aws: {region: eu-west-1}}}", "aws needs either a topic or a queue")]
    [InlineData("publishers: {bus: {aws: {topic: 'arn:aws:sns:eu-west-1:123456789012:t', queue: q}}}", "aws needs either a topic or a queue")]
    [InlineData("publishers: {bus: {aws: {queue: q}}}", "nothing says in which region the queue is")]
    [InlineData("publishers: {bus: {aws: {region: eu-west-1, queue: q}, redis: {url: 'redis://h', channel: a}}}", "redis and aws are both named")]
    [InlineData("receipts: {aws: {topic: 'arn:aws:sns:eu-west-1:123456789012:t'}}", "receipts cannot be read from a topic")]
    public void What_is_wrong_is_told_with_its_place(string yaml, string what)
    {
        var problems = ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{path: /c}]\n" + yaml));
        var problem = problems.Where(problem => problem.What.Contains(what, StringComparison.Ordinal)).ShouldHaveSingleItem(string.Join("\n", problems));
        problem.Where.ShouldBeOneOf("t.yaml:2", "sources");
        problem.Remedy.ShouldNotBeEmpty();
        string.Join("\n", problems).ShouldNotContain("secret");
    }

    [Fact]
    public void The_effective_configuration_reads_back_to_itself()
    {
        const string Yaml = $$"""
            name: 'cache-1'
            caches: [{ path: /c }]
            sources: [{ aws: { topic: "{{Topic}}", queue: auto, fleet: www, filter_policy: '{"a":["it''s"]}', retention: 36h } }, { aws: { region: us-east-1, queue: q, on_gap: stop } }]
            publishers: { bus: { aws: { topic: "{{Topic}}" } } }
            receipts: { aws: { region: eu-west-1, queue: answers, endpoint: "http://127.0.0.1:4566" } }
            """;
        var first = EffectiveYaml.Write(ConfigFixture.Good(ConfigFixture.ReadYaml(Yaml)));
        EffectiveYaml.Write(ConfigFixture.Good(ConfigFixture.ReadYaml(first))).ShouldBe(first);
        foreach (var line in (string[])["queue: 'auto'", "retention: 36h", "on_gap: stop", "region: 'eu-west-1'"]) first.ShouldContain(line);
    }
}
