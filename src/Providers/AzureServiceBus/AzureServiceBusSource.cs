namespace Towncrier.Providers.AzureServiceBus;

/// <summary>To come.</summary>
public sealed class AzureServiceBusSource(AzureServiceBusSourceOptions options, TimeProvider clock, Random random) : IInvalidationSource
{
    public string Name => "azure_service_bus";

    public IReadOnlyList<string> Channels { get; } = [ChannelOf(options)];

    public SourceTraits Traits => new(Settles: true, Replays: true);

    public IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, CancellationToken stop) => throw new IOException($"{clock} {random}");

    public static string ChannelOf(AzureServiceBusSourceOptions options) => $"azure_service_bus:{options.TopicName}/{options.SubscriptionName}";
}

public sealed class AzureServiceBusReceipts(AzureServiceBusPublisherOptions options, TimeProvider clock, Random random) : IInvalidationSource
{
    public string Name => "azure_service_bus";

    public IReadOnlyList<string> Channels { get; } = [options.Place];

    public SourceTraits Traits => new(Settles: true, Replays: true);

    public IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, CancellationToken stop) => throw new IOException($"{clock} {random}");
}

public sealed class AzureServiceBusPublisher(AzureServiceBusPublisherOptions options, TimeProvider clock) : IInvalidationPublisher
{
    public string Name => options.Place;

    public int MaxBytes => options.MaxMessageBytes;

    public Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel) => throw new IOException($"{clock}");

    public ValueTask DisposeAsync() => default;
}

public static class AzureServiceBusFleet
{
    public static Task<(string Name, bool WasThere)> LeaveAsync(AzureServiceBusSourceOptions options, TimeProvider clock, CancellationToken cancel) => throw new IOException($"{options}{clock}{cancel}");
}
