using Towncrier.Host.Configuring.Fleet;
using Towncrier.Providers.MassTransit;

namespace Towncrier.Host.Tests.Configuring;

public class MassTransitFleetTests
{
    private const string Secret = "s3cret";

    [Fact]
    public void Sources_publishers_and_receipts_are_read()
    {
        using var temp = new TempDirectory();
        var file = temp.Write("password", Secret + "\n");
        var fleet = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            name: cache-eu-1
            caches: [{ path: /c }]
            sources:
              - masstransit: { rabbitmq: "amqp://u@h:1234/v", password_file: "{{file}}", endpoint: durable, fleet: www, window: 500, expires: 2d, on_gap: expire }
              - masstransit: { rabbitmq: "amqps://u:{{Secret}}@h", endpoint: temporary }
            publishers:
              bus: { masstransit: { rabbitmq: "amqp://u:{{Secret}}@h:1234/v", timeout: 2s } }
            receipts: { masstransit: { rabbitmq: "amqp://u:{{Secret}}@h" } }
            """)).Fleet;

        fleet.Sources.Select(source => (source.Kind, source.OnGap)).ShouldBe([("masstransit", GapPolicy.Expire), ("masstransit", GapPolicy.Warn)]);
        var durable = fleet.Sources[0].Options.ShouldBeOfType<MassTransitSourceOptions>();
        (durable.Password, durable.Endpoint, durable.Fleet, durable.Host, durable.Window, durable.Expires)
            .ShouldBe((Secret, EndpointKind.Durable, "www", "cache-eu-1", 500, TimeSpan.FromDays(2)));
        fleet.Sources[0].Labels.ShouldBe(["masstransit:towncrier-www-cache-eu-1"]);
        fleet.Sources[1].Options.ShouldBeOfType<MassTransitSourceOptions>().Endpoint.ShouldBe(EndpointKind.Temporary);
        fleet.Publishers["bus"].Options.ShouldBeOfType<MassTransitPublisherOptions>().Timeout.ShouldBe(TimeSpan.FromSeconds(2));
        var receipts = fleet.Receipts!.Options.ShouldBeOfType<MassTransitPublisherOptions>();
        receipts.Exchange.ShouldBe("towncrier-receipts");
        fleet.Receipts.Receipts!.OneReader.ShouldBeFalse("each reader has a queue of its own");
        var yaml = string.Join('\n', FleetYaml.Sources(fleet).Concat(FleetYaml.Rest(fleet)));
        yaml.ShouldContain("rabbitmq: 'amqp://h:1234/v' # user and password are not shown");
        yaml.ShouldNotContain(Secret);
    }

    [Fact]
    public void A_source_hears_what_is_published_to_its_exchange_and_no_receipts()
    {
        var fleet = ConfigFixture.Good(ConfigFixture.ReadYaml("""
            caches: [{ path: /c }]
            sources: [{ masstransit: { rabbitmq: "amqp://a:b@h/v" } }]
            publishers:
              same: { masstransit: { rabbitmq: "amqp://c:d@h:5672/v" } }
              other: { masstransit: { rabbitmq: "amqp://c:d@h/w" } }
            receipts: { masstransit: { rabbitmq: "amqp://c:d@h/v", exchange: answers } }
            """)).Fleet;
        fleet.Publishers["same"].Place.ShouldBe("rabbitmq://h:5672/v/Towncrier:Invalidate");
        fleet.Publishers.Values.Append(fleet.Receipts!).Select(one => fleet.Sources[0].Hears(one.Place)).ShouldBe([true, false, false]);
        fleet.Sources[0].Back!.Place.ShouldBe(fleet.Publishers["same"].Place);
    }

    [Theory]
    [InlineData("sources: [{masstransit: {endpoint: durable}}]", "a masstransit has no rabbitmq")]
    [InlineData("sources: [{masstransit: }]", "'masstransit' of sources is empty")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'redis://u:s3cret@h'}}]", "its scheme is redis, not amqp or amqps")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'amqp://u:s3c/ret@h'}}]", "rabbitmq: ")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'amqp://h', endpoint: queue}}]", "endpoint 'queue' is not known")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'amqp://h', window: 1}}]", "masstransit.window must be 10..60000")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'amqp://h', expires: 1s}}]", "masstransit.expires must be 1m..45d")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'amqp://h', fleet: 'a b'}}]", "masstransit.fleet must have")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'amqp://h', queue: q}}]", "'queue' of masstransit is not a setting")]
    [InlineData("sources: [{masstransit: {rabbitmq: 'amqp://h', password_file: /nowhere}}]", "the password file cannot be read")]
    [InlineData("publishers: {p: {masstransit: {rabbitmq: 'amqp://h', timeout: 0}}}", "masstransit.timeout must be")]
    [InlineData("receipts: {masstransit: {rabbitmq: 'amqp://h', exchange: 'Towncrier:Invalidate'}}", "every agent would take")]
    public void What_cannot_be_meant_is_refused(string yaml, string problem)
    {
        var problems = ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{path: /c}]\n" + yaml));
        problems.ShouldContain(one => one.What.Contains(problem, StringComparison.Ordinal));
        problems.ShouldAllBe(one => !$"{one}".Contains("s3c", StringComparison.Ordinal));
    }
}
