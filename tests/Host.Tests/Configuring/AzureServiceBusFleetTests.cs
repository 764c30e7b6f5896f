using Towncrier.Host.Configuring;
using Towncrier.Providers.AzureServiceBus;

namespace Towncrier.Host.Tests.Configuring;

public sealed class AzureServiceBusFleetTests : IDisposable
{
    private const string Key = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sources_publishers_and_receipts_are_read()
    {
        var file = Secret($"Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Agents;SharedAccessKey={Key};EntityPath=towncrier");
        var fleet = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            name: cache-eu-1
            caches: [{ path: /c }]
            sources:
              - azure_service_bus: { namespace: contoso, topic: purges, subscription: auto, fleet: www, filter: "towncrier_host = 'www.example.org'", pollers: 4, window: 500, wait: 20s, lock: 1m, most_deliveries: 7, retention: 1d, on_gap: expire }
              - azure_service_bus: { connection_string_file: "{{file}}", subscription: cache-eu-1 }
            publishers:
              bus: { azure_service_bus: { namespace: contoso.servicebus.usgovcloudapi.net, topic: purges, max_message_bytes: 1048576 } }
            receipts: { azure_service_bus: { namespace: contoso, queue: answers } }
            """)).Fleet;

        fleet.Sources.Select(source => source.OnGap).ShouldBe([GapPolicy.Expire, GapPolicy.Warn]);
        var made = fleet.Sources[0].Options.ShouldBeOfType<AzureServiceBusSourceOptions>();
        made.ShouldBe(new AzureServiceBusSourceOptions
        {
            Address = made.Address,
            Topic = "purges",
            Fleet = "www",
            Host = "cache-eu-1",
            Filter = "towncrier_host = 'www.example.org'",
            Pollers = 4,
            Window = 500,
            Wait = TimeSpan.FromSeconds(20),
            Lock = TimeSpan.FromMinutes(1),
            MostDeliveries = 7,
            Retention = TimeSpan.FromDays(1),
        });
        made.Address.Host.ShouldBe("contoso.servicebus.windows.net");
        fleet.Sources[0].Labels.ShouldBe(["azure_service_bus:purges/www-cache-eu-1"]);
        fleet.Sources[0].Leave.ShouldNotBeNull();
        fleet.Sources[1].Labels.ShouldBe(["azure_service_bus:towncrier/cache-eu-1"], "the topic is the connection string's");
        fleet.Sources[1].Leave.ShouldBeNull("somebody else made it");
        var bus = fleet.Publishers["bus"].Options.ShouldBeOfType<AzureServiceBusPublisherOptions>();
        (bus.Topic, bus.MaxMessageBytes, fleet.Publishers["bus"].Place).ShouldBe(("purges", 1048576, "azure://contoso.servicebus.usgovcloudapi.net/purges"));
        fleet.Receipts!.Options.ShouldBeOfType<AzureServiceBusPublisherOptions>().Queue.ShouldBe("answers");
        fleet.Receipts.Receipts!.OneReader.ShouldBeTrue("publishers share the queue");
    }

    [Fact]
    public void A_source_hears_what_is_sent_to_its_topic()
    {
        var fleet = ConfigFixture.Good(ConfigFixture.ReadYaml("""
            caches: [{ path: /c }]
            sources: [{ azure_service_bus: { namespace: contoso, topic: Purges, subscription: auto } }]
            publishers:
              same: { azure_service_bus: { namespace: contoso.servicebus.windows.net, topic: purges } }
              other: { azure_service_bus: { namespace: fabrikam, topic: purges } }
              queue: { azure_service_bus: { namespace: contoso, queue: answers } }
            """)).Fleet;
        fleet.Publishers.Where(publisher => fleet.Sources[0].Hears(publisher.Value.Place)).Select(publisher => publisher.Key).ShouldBe(["same"]);
        fleet.Sources[0].Hears(fleet.Sources[0].Back!.Place).ShouldBeTrue();
    }

    [Theory]
    [InlineData("sources: [{azure_service_bus: {subscription: auto}}]", "nothing says which namespace")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, connection_string_file: /x, subscription: auto}}]", "are both given")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso}}]", "has no subscription")]
    [InlineData("sources: [{azure_service_bus: }]", "'azure_service_bus' of sources is empty")]
    [InlineData("sources: [{azure_service_bus: {namespace: a, subscription: auto}}]", "'a' is no namespace")]
    [InlineData("sources: [{azure_service_bus: {namespace: 'sb://contoso.servicebus.windows.net', subscription: auto}}]", "is no namespace")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: a23456789-123456789-123456789-123456789-123456789-1}}]", "azure_service_bus.subscription must have 1..50")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, topic: 'a b', subscription: auto}}]", "azure_service_bus.topic must have 1..260")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: s, filter: '1=1'}}]", "azure_service_bus.filter is for 'subscription: auto'")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: auto, fleet: 'a b'}}]", "azure_service_bus.fleet must have")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: auto, pollers: 0}}]", "azure_service_bus.pollers must be")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: auto, pollers: many}}]", "pollers 'many' is not a number")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: auto, wait: 2m}}]", "azure_service_bus.wait must be 1s..55s")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: auto, lock: 1s}}]", "azure_service_bus.lock must be 5s..5m")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: auto, retention: 1m}}]", "azure_service_bus.retention must be 5m..90d")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: auto, subscripton: x}}]", "'subscripton' of azure_service_bus is not a setting")]
    [InlineData("sources: [{azure_service_bus: {namespace: 'Endpoint=sb://c/;SharedAccessKeyName=r;SharedAccessKey=hidden', subscription: s}}]", "here is a connection string")]
    [InlineData("sources: [{azure_service_bus: {connection_string_file: 'Endpoint=sb://c/;SharedAccessKeyName=r;SharedAccessKey=hidden', subscription: s}}]", "not the name of a file")]
    [InlineData("sources: [{azure_service_bus: {namespace: contoso, subscription: s}}, {azure_service_bus: {namespace: contoso, subscription: s}}]", "is read twice")]
    [InlineData("publishers: {bus: {azure_service_bus: {namespace: contoso, topic: t, queue: q}}}", "has both a topic and a queue")]
    [InlineData("publishers: {bus: {azure_service_bus: {namespace: contoso, max_message_bytes: 1}}}", "azure_service_bus.max_message_bytes must be")]
    [InlineData("receipts: {azure_service_bus: {namespace: contoso, topic: t}}", "receipts are read from a queue")]
    [InlineData("receipts: {azure_service_bus: {namespace: contoso}}", "receipts are read from a queue")]
    public void What_is_wrong_is_told_with_its_place(string yaml, string what)
    {
        var problems = ConfigFixture.Problems(ConfigFixture.ReadYaml("caches: [{path: /c}]\n" + yaml));
        var problem = problems.Where(problem => problem.What.Contains(what, StringComparison.Ordinal)).ShouldHaveSingleItem(string.Join("\n", problems));
        problem.Where.ShouldBeOneOf("t.yaml:2", "sources");
        problem.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=r", "no SharedAccessKeyName and SharedAccessKey")]
    [InlineData("SharedAccessKeyName=r;SharedAccessKey=" + Key, "has no Endpoint")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=" + Key + ";SharedAccessSignature=SharedAccessSignature sr=x", "both a SharedAccessKey and")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessSignature=" + Key, "does not begin with")]
    [InlineData("Endpoint=http://contoso.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=" + Key, "over plain http")]
    [InlineData("Endpoint=sb://10.0.0.1/;SharedAccessKeyName=r;UseDevelopmentEmulator=true;SharedAccessKey=" + Key, "over plain http")]
    [InlineData("Endpoint=contoso;SharedAccessKeyName=r;SharedAccessKey=" + Key, "is no address such as")]
    [InlineData(Key, "has no Endpoint")]
    [InlineData("nonsense", "a part without '='")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=r;EntityPath=other;SharedAccessKey=" + Key, "is for other alone")]
    public void A_connection_string_that_is_none_is_told_without_its_key(string text, string what)
    {
        var problems = ConfigFixture.Problems(ConfigFixture.ReadYaml($$"""
            caches: [{ path: /c }]
            sources: [{ azure_service_bus: { connection_string_file: "{{Secret(text)}}", topic: towncrier, subscription: auto } }]
            """));
        problems.Where(problem => problem.What.Contains(what, StringComparison.Ordinal)).ShouldHaveSingleItem(string.Join("\n", problems)).Where.ShouldBe("t.yaml:2");
        string.Join("\n", problems).ShouldNotContain(Key[..8]);
    }

    [Fact]
    public void All_problems_are_told_at_once_each_with_its_line()
    {
        var problems = ConfigFixture.Problems(ConfigFixture.ReadYaml("""
            caches: [{ path: /c }]
            sources:
              - azure_service_bus: { namespace: contoso, topic: '-', subscription: auto, fleet: '!', pollers: 99, window: 1 }
              - azure_service_bus: { namespace: 1, subscription: s }
            publishers:
              bus: { azure_service_bus: { topic: t } }
            receipts:
              azure_service_bus: { namespace: contoso, topic: t }
            """));
        problems.Select(problem => problem.Where).ShouldBe(["t.yaml:3", "t.yaml:3", "t.yaml:3", "t.yaml:3", "t.yaml:4", "t.yaml:6", "t.yaml:8"], ignoreOrder: true);
    }

    [Fact]
    public void The_effective_configuration_reads_back_to_itself_and_holds_no_key()
    {
        var file = Secret($"Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Agents;SharedAccessKey={Key}");
        var yaml = $$"""
            name: 'cache-1'
            caches: [{ path: /c }]
            sources: [{ azure_service_bus: { namespace: contoso, topic: t, subscription: auto, filter: "towncrier_host = 'it''s'", retention: 36h } }, { azure_service_bus: { connection_string_file: "{{file}}", subscription: s, on_gap: stop } }]
            publishers: { bus: { azure_service_bus: { namespace: contoso, topic: t } } }
            receipts: { azure_service_bus: { connection_string_file: "{{file}}", queue: answers } }
            """;
        var first = EffectiveYaml.Write(ConfigFixture.Good(ConfigFixture.ReadYaml(yaml)));
        EffectiveYaml.Write(ConfigFixture.Good(ConfigFixture.ReadYaml(first))).ShouldBe(first);
        foreach (var line in (string[])["subscription: 'auto'", "retention: 36h", "on_gap: stop", $"connection_string_file: '{file}'"]) first.ShouldContain(line);
        first.ShouldNotContain(Key);
    }

    private string Secret(string text)
    {
        var file = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.txt");
        File.WriteAllText(file, text + "\n");
        return file;
    }
}
