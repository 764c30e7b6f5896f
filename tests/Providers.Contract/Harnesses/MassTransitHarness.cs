using RabbitMQ.Client;
using Towncrier.Providers.MassTransit;

namespace Towncrier.Providers.Contract.Harnesses;

/// <summary>A real RabbitMQ, shared by all checks, and a link to it; an endpoint of its own for each. Messages are sent past the link, as bytes.</summary>
internal sealed class MassTransitHarness : Harness
{
    private readonly EndpointKind _kind;
    private readonly string _host = "h" + Guid.NewGuid().ToString("N")[..12];
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private MassTransitHarness(int port, IConnection connection, IChannel channel, EndpointKind kind) =>
        (_connection, _channel, _kind, Link) = (connection, channel, kind, TcpProxy.Start(port));

    public static Claims Durable { get; } = new() { Traits = new SourceTraits(Settles: true, Replays: true), Links = true, Remembers = true };

    public static Claims Temporary { get; } = new() { Traits = new SourceTraits(Settles: true, Replays: false), Links = true, Remembers = true };

    public static async Task<Harness> StartAsync(EndpointKind kind)
    {
        var rabbit = await SharedRabbit.GetAsync();
        var connection = await new ConnectionFactory { Uri = new Uri(rabbit.Url) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.ExchangeDeclareAsync(MassTransitSourceOptions.InvalidateExchange, "fanout", durable: true, autoDelete: false);
        return new MassTransitHarness(rabbit.Port, connection, channel, kind);
    }

    public override Task<IInvalidationSource> BuildAsync()
    {
        RabbitAddress.TryParse(RabbitServer.UrlOf(Link!.Port), out var address, out var problem).ShouldBeTrue(problem);
        var options = new MassTransitSourceOptions { Address = address!, Endpoint = _kind, Fleet = "contract", Host = _host, Window = 10, Heartbeat = TimeSpan.FromSeconds(1) };
        options.Problems().ShouldBeEmpty();
        return Task.FromResult<IInvalidationSource>(new MassTransitSource(options, TimeProvider.System, new Random(1)));
    }

    public override async Task<bool> PublishAsync(ReadOnlyMemory<byte> message)
    {
        var properties = new BasicProperties { MessageId = Guid.NewGuid().ToString() };
        await _channel.BasicPublishAsync(MassTransitSourceOptions.InvalidateExchange, "", mandatory: false, properties, message, TestContext.Current.CancellationToken);
        return true;
    }

    public override async ValueTask DisposeAsync()
    {
        await Link!.DisposeAsync();
        await _channel.QueueDeleteAsync($"towncrier-contract-{_host}");
        await _channel.ExchangeDeleteAsync($"towncrier-contract-{_host}");
        await _connection.DisposeAsync();
    }
}
