namespace Towncrier.Providers.AzureServiceBus.Tests;

/// <summary>A Service Bus with the topic <c>t</c> and its subscription <c>s</c>, and sources that read it.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<AzureServiceBusSource> _sources = [];

    private Site(ServiceBusServer azure) => Azure = azure;

    public ServiceBusServer Azure { get; }

    public ServiceBusAddress Address => AddressOf(Azure.ConnectionString);

    /// <summary>With short waits.</summary>
    public AzureServiceBusSourceOptions Options => new()
    {
        Address = Address,
        Topic = "t",
        Subscription = "s",
        Pollers = 1,
        Wait = TimeSpan.FromSeconds(1),
        FirstDelay = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>A subscription that the agent <c>host</c> of the fleet <c>www</c> makes.</summary>
    public AzureServiceBusSourceOptions Auto => Options with { Subscription = null, Fleet = "www", Host = "host" };

    /// <param name="subscription">Of <c>s</c>.</param>
    public static async Task<Site> StartAsync(SubscriptionSettings? subscription = null, ServiceBusSettings? settings = null)
    {
        var site = await BareAsync(settings);
        site.Azure.CreateSubscription("t", "s", subscription);
        return site;
    }

    /// <summary>Without a subscription.</summary>
    public static async Task<Site> BareAsync(ServiceBusSettings? settings = null)
    {
        var azure = await ServiceBusServer.StartAsync(settings);
        azure.CreateTopic("t");
        return new Site(azure);
    }

    public static ServiceBusAddress AddressOf(string connectionString)
    {
        ServiceBusAddress.TryParse(connectionString, out var address, out var problem).ShouldBeTrue(problem);
        return address!;
    }

    /// <summary>Disposed of with the site; its room is then as it should be.</summary>
    public AzureServiceBusSource Source(AzureServiceBusSourceOptions? options = null)
    {
        (options ?? Options).Problems().ShouldBeEmpty();
        var source = new AzureServiceBusSource(options ?? Options, TimeProvider.System, new Random(1));
        _sources.Add(source);
        return source;
    }

    public AzureServiceBusPublisher Publisher(int maxMessageBytes = 256 * 1024) =>
        new(new AzureServiceBusPublisherOptions { Address = Address, Topic = "t", MaxMessageBytes = maxMessageBytes, FirstDelay = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);

    public int CallsOf(ServiceBusOperation operation) => Azure.Requests.Count(request => request.Operation == operation);

    public Task EmptiesAsync(string subscription = "s") =>
        Eventually.TrueAsync(() => Azure.Count("t", subscription) is { Active: 0, Locked: 0 }, $"{subscription} is empty");

    /// <summary>Until no receive is under way: one whose caller has just gone may still take a message with it.</summary>
    public Task IdlesAsync() => Eventually.TrueAsync(() => Azure.Waiting == 0, "nobody receives");

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            source.CheckIntegrity();
            source.Dispose();
        }

        await Azure.DisposeAsync();
    }
}
