using Towncrier.Agent;
using Towncrier.Providers.AzureServiceBus;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>Service Bus as a source, a publisher and a place of receipts.</summary>
internal static class AzureServiceBusInputs
{
    private const string Kind = "azure_service_bus";

    /// <param name="file">Where the connection string was read; null for Microsoft Entra.</param>
    public static SourceInput Source(AzureServiceBusSourceOptions options, string? file, GapPolicy gap)
    {
        var back = new AzureServiceBusPublisherOptions { Address = options.Address, Topic = options.Topic };
        return new SourceInput(Kind, [AzureServiceBusSource.ChannelOf(options)], options.ToString(), gap, clock => new AzureServiceBusSource(options, clock, new Random()))
        {
            Options = options,
            Yaml = [.. Yaml(options, file), GapSetting.Write(gap)],
            Hears = place => place == back.Place,
            Back = Publisher(back, file),
            Leave = options.Subscription is null ? (clock, cancel) => AzureServiceBusFleet.LeaveAsync(options, clock, cancel) : null,
        };
    }

    /// <inheritdoc cref="Source"/>
    public static PublisherInput Publisher(AzureServiceBusPublisherOptions options, string? file)
        => new(Kind, options.ToString(), clock => new AzureServiceBusPublisher(options, clock))
        {
            Options = options,
            Yaml = [.. Yaml(options, file)],
            Place = options.Place,
            Receipts = options.Queue is null ? null : new ReceiptsInput(clock => new AzureServiceBusReceipts(options, clock, new Random())) { OneReader = true },
        };

    private static IEnumerable<string> Yaml(AzureServiceBusSourceOptions options, string? file)
    {
        yield return Where(options.Address, file);
        if (options.Topic is { } topic) yield return $"topic: {FleetYaml.Quote(topic)}";
        yield return $"subscription: {FleetYaml.Quote(options.Subscription ?? AzureServiceBusSections.Auto)}";
        yield return $"fleet: {FleetYaml.Quote(options.Fleet)}";
        if (options.Filter is { } filter) yield return $"filter: {FleetYaml.Quote(filter)}";
        yield return $"pollers: {options.Pollers}";
        yield return $"window: {options.Window}";
        yield return $"wait: {Durations.Write(options.Wait)}";
        if (options.Subscription is not null) yield break; // the rest is about a subscription that the agent makes
        yield return $"lock: {Durations.Write(options.Lock)}";
        yield return $"most_deliveries: {options.MostDeliveries}";
        yield return $"retention: {Durations.Write(options.Retention)}";
    }

    private static IEnumerable<string> Yaml(AzureServiceBusPublisherOptions options, string? file)
    {
        yield return Where(options.Address, file);
        if (options.Topic is { } topic) yield return $"topic: {FleetYaml.Quote(topic)}";
        if (options.Queue is { } queue) yield return $"queue: {FleetYaml.Quote(queue)}";
        yield return $"max_message_bytes: {options.MaxMessageBytes}";
    }

    private static string Where(ServiceBusAddress address, string? file) =>
        file is null ? $"namespace: {FleetYaml.Quote(address.Host)}" : $"connection_string_file: {FleetYaml.Quote(file)}";
}
