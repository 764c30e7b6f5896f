using RabbitMQ.Client;

namespace Towncrier.Providers.MassTransit.Tests;

/// <summary>One host on a RabbitMQ: its source's options, and a hand at the broker.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const string Exchange = "Towncrier:Invalidate";

    private readonly IConnection _connection;

    private Site(RabbitServer rabbit, IConnection connection, IChannel channel) => (Rabbit, _connection, Hand) = (rabbit, connection, channel);

    public RabbitServer Rabbit { get; }

    /// <summary>A channel of our own, with confirms.</summary>
    public IChannel Hand { get; }

    public string Host { get; } = "h" + Guid.NewGuid().ToString("N")[..12];

    public string Queue => "towncrier-test-" + Host;

    public RabbitAddress Address => Parse(Rabbit.Url);

    public MassTransitSourceOptions Options => new() { Address = Address, Fleet = "test", Host = Host };

    public static async Task<Site> StartAsync(RabbitServer? rabbit = null)
    {
        rabbit ??= await SharedRabbit.GetAsync();
        var connection = await new ConnectionFactory { Uri = new Uri(rabbit.Url) }.CreateConnectionAsync();
        var hand = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return new Site(rabbit, connection, hand);
    }

    public static RabbitAddress Parse(string url)
    {
        RabbitAddress.TryParse(url, out var address, out var problem).ShouldBeTrue(problem);
        return address!;
    }

    public static MassTransitSource Source(MassTransitSourceOptions options)
    {
        options.Problems().ShouldBeEmpty();
        return new MassTransitSource(options, TimeProvider.System, new Random(1));
    }

    public static MassTransitPublisher Publisher(string url, TimeSpan? timeout = null, string? exchange = null) =>
        new(new MassTransitPublisherOptions { Address = Parse(url), Timeout = timeout ?? TimeSpan.FromSeconds(10), Exchange = exchange }, TimeProvider.System);

    /// <summary>Raw bytes to the exchange, as any language sends them.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> body, string? contentType = null, Dictionary<string, object?>? headers = null, string? id = null)
    {
        var properties = new BasicProperties { Headers = headers };
        if (contentType is not null) properties.ContentType = contentType;
        if (id is not null) properties.MessageId = id;
        await Hand.BasicPublishAsync(Exchange, "", mandatory: true, properties, body);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsOpen)
        {
            foreach (var name in new[] { Queue, Queue + "_skipped" })
            {
                await Hand.QueueDeleteAsync(name);
                await Hand.ExchangeDeleteAsync(name);
            }
        }

        await _connection.DisposeAsync();
    }
}
