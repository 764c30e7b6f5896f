using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>A kind of broker: how its sections of the file are read. A further kind is one line of <see cref="All"/>.</summary>
/// <param name="Kind">The section's name.</param>
/// <param name="Source">Reads a source of this host, whose name is given. Null when it cannot be used, with a problem added; so the others.</param>
/// <param name="Example">What to write as a publisher.</param>
/// <param name="ReceiptsExample">What to write for receipts.</param>
internal sealed record Broker(
    string Kind,
    Func<YamlSection, string, List<ConfigProblem>, SourceInput?> Source,
    Func<YamlSection, List<ConfigProblem>, PublisherInput?> Publisher,
    Func<YamlSection, List<ConfigProblem>, PublisherInput?> Receipts,
    string Example,
    string ReceiptsExample)
{
    public static IReadOnlyList<Broker> All { get; } =
    [
        new("redis", (section, _, problems) => RedisSections.Source(section, problems), RedisSections.Publisher, RedisSections.Publisher,
            "redis: { url: .., channel: .. }", "redis: { url: .., stream: towncrier.receipts }"),
        new("aws", AwsSections.Source, AwsSections.Publisher, AwsSections.Receipts,
            "aws: { topic: .. }", "aws: { region: .., queue: towncrier-receipts }"),
        new("azure_service_bus", AzureServiceBusSections.Source, AzureServiceBusSections.Publisher, AzureServiceBusSections.Receipts,
            "azure_service_bus: { namespace: .., topic: .. }", "azure_service_bus: { namespace: .., queue: towncrier-receipts }"),
        new("masstransit", MassTransitSections.Source, MassTransitSections.Publisher, MassTransitSections.Receipts,
            "masstransit: { rabbitmq: .. }", "masstransit: { rabbitmq: .., exchange: towncrier-receipts }"),
    ];

    /// <summary>The kinds, as a sentence has them: <c>redis or aws or azure_service_bus or masstransit</c>.</summary>
    public static string Names { get; } = string.Join(" or ", All.Select(broker => broker.Kind));
}
