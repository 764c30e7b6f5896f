using Towncrier.Agent;
using Towncrier.Providers.MassTransit;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>MassTransit on RabbitMQ as a source, a publisher and a place of receipts.</summary>
internal static class MassTransitInputs
{
    /// <summary>Where receipts go unless another exchange is named.</summary>
    public const string ReceiptsExchange = "towncrier-receipts";

    public static SourceInput Source(MassTransitSourceOptions options, GapPolicy gap)
    {
        var place = MassTransitSource.PlaceOf(options);
        return new SourceInput("masstransit", [MassTransitSource.ChannelOf(options)], options.Address.ToString(), gap, clock => new MassTransitSource(options, clock, new Random()))
        {
            Options = options,
            Yaml = [.. Yaml(options), GapSetting.Write(gap)],
            Hears = other => other == place,
            Back = Publisher(new MassTransitPublisherOptions { Address = options.Address, Password = options.Password }),
        };
    }

    public static PublisherInput Publisher(MassTransitPublisherOptions options)
        => new("masstransit", options.Address.ToString(), clock => new MassTransitPublisher(options, clock))
        {
            Options = options,
            Yaml = [.. Yaml(options)],
            Place = MassTransitPublisher.PlaceOf(options),
            Receipts = options.Exchange is { } exchange ? new ReceiptsInput(clock => new MassTransitSource(Reader(options, exchange), clock, new Random())) : null,
        };

    // Each reader has a queue of its own for as long as it reads, and so a copy of each receipt.
    private static MassTransitSourceOptions Reader(MassTransitPublisherOptions place, string exchange) => new()
    {
        Address = place.Address,
        Password = place.Password,
        Endpoint = EndpointKind.Temporary,
        Fleet = "receipts",
        Host = "reader", // the queue's name ends with what no other reader's has
        Exchange = exchange,
    };

    private static IEnumerable<string> Yaml(MassTransitSourceOptions options)
    {
        yield return Url(options.Address);
        yield return $"endpoint: {(options.Endpoint == EndpointKind.Durable ? "durable" : "temporary")}";
        yield return $"fleet: {FleetYaml.Quote(options.Fleet)}";
        yield return $"window: {options.Window}";
        yield return $"expires: {Durations.Write(options.Expires)}";
    }

    private static IEnumerable<string> Yaml(MassTransitPublisherOptions options)
    {
        yield return Url(options.Address);
        if (options.Exchange is { } exchange) yield return $"exchange: {FleetYaml.Quote(exchange)}";
        yield return $"timeout: {Durations.Write(options.Timeout)}";
    }

    private static string Url(RabbitAddress address) => $"rabbitmq: {FleetYaml.Quote(address.ToString())} # user and password are not shown";
}
