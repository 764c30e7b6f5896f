using Towncrier.Providers.AzureServiceBus;

namespace Towncrier.Providers.Contract.Harnesses;

/// <summary>A Service Bus with one subscription, read over a link; messages are sent to its topic past it.</summary>
internal sealed class AzureServiceBusHarness : Harness
{
    private readonly ServiceBusServer _azure;
    private readonly AzureServiceBusPublisher _publisher;
    private readonly int _pollers;
    private readonly List<AzureServiceBusSource> _sources = [];

    private AzureServiceBusHarness(ServiceBusServer azure, int pollers)
    {
        (_azure, _pollers) = (azure, pollers);
        _publisher = new AzureServiceBusPublisher(new AzureServiceBusPublisherOptions { Address = Address(azure, azure.Port), Topic = "t" }, TimeProvider.System);
        Link = TcpProxy.Start(azure.Port);
    }

    /// <summary>What is abandoned or whose lock ends comes out of its order.</summary>
    public static Claims Claims { get; } = new() { Traits = new SourceTraits(Settles: true, Replays: true), Links = true, Remembers = true };

    public override long BrokerBytes => _azure.Peek("t", "s").Sum(body => (long)body.Length);

    public static async Task<Harness> StartAsync(int pollers)
    {
        var azure = await ServiceBusServer.StartAsync();
        azure.CreateTopic("t");
        azure.CreateSubscription("t", "s", new SubscriptionSettings { LockDuration = TimeSpan.FromSeconds(5) });
        return new AzureServiceBusHarness(azure, pollers);
    }

    public override Task<IInvalidationSource> BuildAsync()
    {
        var options = new AzureServiceBusSourceOptions
        {
            Address = Address(_azure, Link!.Port),
            Topic = "t",
            Subscription = "s",
            Pollers = _pollers,
            Window = 10,
            Wait = TimeSpan.FromSeconds(1),
            Patience = TimeSpan.FromMilliseconds(500),
            FirstDelay = TimeSpan.FromMilliseconds(50),
        };
        options.Problems().ShouldBeEmpty();
        var source = new AzureServiceBusSource(options, TimeProvider.System, new Random(1));
        _sources.Add(source);
        return Task.FromResult<IInvalidationSource>(source);
    }

    public override async Task<bool> PublishAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await _publisher.PublishAsync(message, TestContext.Current.CancellationToken);
            return true;
        }
        catch (ArgumentException)
        {
            return false; // too much of it
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            source.CheckIntegrity();
            source.Dispose();
        }

        await _publisher.DisposeAsync();
        await Link!.DisposeAsync();
        await _azure.DisposeAsync();
    }

    private static ServiceBusAddress Address(ServiceBusServer azure, int port)
    {
        var text = azure.ConnectionString.Replace($":{azure.Port}/", $":{port}/", StringComparison.Ordinal);
        ServiceBusAddress.TryParse(text, out var address, out var problem).ShouldBeTrue(problem);
        return address!;
    }
}
