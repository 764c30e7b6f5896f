using Towncrier.Providers.Contract.Harnesses;
using Towncrier.Providers.MassTransit;

namespace Towncrier.Providers.Contract;

/// <summary>The providers, by name. A check runs for those whose claims it is about; for the others it does not exist.</summary>
public static class Kinds
{
    private static readonly Dictionary<string, (Claims Claims, Func<Task<Harness>> Start)> Known = new()
    {
        ["http"] = (HttpHarness.Claims, HttpHarness.StartAsync),
        ["redis channel"] = (RedisHarness.OfChannel, () => RedisHarness.StartAsync(isStream: false)),
        ["aws"] = (AwsHarness.Claims, () => AwsHarness.StartAsync(loops: 1)),
        ["aws loops"] = (AwsHarness.Claims, () => AwsHarness.StartAsync(loops: 3)),
        ["azure_service_bus"] = (AzureServiceBusHarness.Claims, () => AzureServiceBusHarness.StartAsync(pollers: 1)),
        ["azure_service_bus pollers"] = (AzureServiceBusHarness.Claims, () => AzureServiceBusHarness.StartAsync(pollers: 3)),
        ["masstransit durable"] = (MassTransitHarness.Durable, () => MassTransitHarness.StartAsync(EndpointKind.Durable)),
        ["masstransit temporary"] = (MassTransitHarness.Temporary, () => MassTransitHarness.StartAsync(EndpointKind.Temporary)),
        ["redis stream"] = (RedisHarness.OfStream, () => RedisHarness.StartAsync(isStream: true)),
    };

    public static TheoryData<string> All => Where(_ => true);

    public static TheoryData<string> Ordering => Where(claims => claims.Orders);

    public static TheoryData<string> Settling => Where(claims => claims.Traits.Settles);

    public static TheoryData<string> Linked => Where(claims => claims.Links);

    public static TheoryData<string> Replaying => Where(claims => claims.Links && claims.Traits.Replays);

    public static TheoryData<string> Losing => Where(claims => claims.Links && !claims.Traits.Replays);

    public static TheoryData<string> Remembering => Where(claims => claims.Remembers);

    internal static Claims ClaimsOf(string kind) => Known[kind].Claims;

    internal static Task<Harness> StartAsync(string kind) => Known[kind].Start();

    private static TheoryData<string> Where(Func<Claims, bool> isMeant) => [.. Known.Where(kind => isMeant(kind.Value.Claims)).Select(kind => kind.Key)];
}
