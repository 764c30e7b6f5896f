using System.Text;
using MassTransit;
using Towncrier.Wire;

namespace Towncrier.Providers.MassTransit.Tests;

public sealed class PublisherTests
{
    private static readonly byte[] Secret = "0123456789abcdef"u8.ToArray();

    [Fact]
    public async Task An_encoded_message_arrives_as_its_sender_signed_it()
    {
        await using var site = await Site.StartAsync();
        var seen = new List<Delivery>();
        await using var listener = await Listener.ConnectAsync(Site.Source(site.Options), take: delivery =>
        {
            seen.Add(delivery);
            return Listener.Complete(delivery);
        });
        await using var publisher = Site.Publisher(site.Rabbit.Url);
        var signed = MessageSignature.Sign(new Invalidation { Command = InvalidationCommand.Purge, Values = ["/ü"], Id = "1", Issued = DateTimeOffset.UnixEpoch }, "k", Secret);
        byte[] odd = [.. """{"later": {"n":1.10, "big":12345678901234567890}, "COMMAND":"all"}"""u8];
        (await publisher.PublishAsync(signed, TestContext.Current.CancellationToken)).Receivers.ShouldBeNull();
        await publisher.PublishAsync(odd, TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(2);
        var bodies = seen.ConvertAll(delivery =>
        {
            ReadingTests.Decode(delivery, out var opened);
            return opened;
        });
        bodies.Select(one => Encoding.UTF8.GetString(one.Body.Span)).ShouldBe([Encoding.UTF8.GetString(signed), Encoding.UTF8.GetString(odd)], ignoreOrder: true);
        bodies.ShouldAllBe(one => one.Id != null && one.Issued != null);
    }

    [Fact]
    public async Task Any_consumer_of_the_contract_can_read_what_it_sends()
    {
        await using var site = await Site.StartAsync();
        var heard = new TaskCompletionSource<Invalidate>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = await ConsumerAsync(site, heard);
        await using var publisher = Site.Publisher(site.Rabbit.Url);
        await publisher.PublishAsync(new Invalidation { Command = InvalidationCommand.Purge, Values = ["/a"], Host = "h" }, cancel: TestContext.Current.CancellationToken);
        var message = await Eventually.DoneAsync(heard.Task, "a consumer hears it");
        (message.Command, message.Host, message.Value![0]).ShouldBe(("purge", "h", "/a"));
    }

    [Fact]
    public async Task When_no_queue_wants_it_nobody_has_received_it()
    {
        var rabbit = await SharedRabbit.GetAsync();
        await using var publisher = Site.Publisher(rabbit.Url + RabbitServer.OtherHost);
        (await publisher.PublishAsync(new Invalidation { Command = InvalidationCommand.All, Values = [] }, cancel: TestContext.Current.CancellationToken)).Receivers.ShouldBe(0);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("")]
    public async Task What_is_no_message_is_never_sent(string text)
    {
        await using var publisher = Site.Publisher("amqp://127.0.0.1:1/");
        await Should.ThrowAsync<ArgumentException>(() => publisher.PublishAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None));
        await Should.ThrowAsync<ArgumentException>(() => publisher.PublishAsync(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' }, CancellationToken.None));
        await Should.ThrowAsync<ArgumentException>(() => publisher.PublishAsync(new byte[publisher.MaxBytes + 1], CancellationToken.None));
    }

    [Fact]
    public async Task Receipts_go_to_an_exchange_as_they_are_and_each_reader_has_its_copy()
    {
        await using var site = await Site.StartAsync();
        var options = site.Options with { Endpoint = EndpointKind.Temporary, Exchange = "towncrier-receipts-" + site.Host };
        await using var one = await Listener.ConnectAsync(Site.Source(options));
        await using var two = await Listener.ConnectAsync(Site.Source(options));
        await using var publisher = Site.Publisher(site.Rabbit.Url, exchange: options.Exchange);
        var receipt = ReceiptJson.Encode(new Receipt { Id = "1", Host = "h", State = InvalidationState.Applied, At = DateTimeOffset.UnixEpoch });
        await publisher.PublishAsync(receipt, TestContext.Current.CancellationToken);
        await one.ReceivedAsync(1);
        await two.ReceivedAsync(1);
        one.Bodies.Concat(two.Bodies).Distinct().ShouldBe([Encoding.UTF8.GetString(receipt)]);
    }

    private static async Task<IAsyncDisposable> ConsumerAsync(Site site, TaskCompletionSource<Invalidate> heard)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(configure =>
        {
            configure.Host(new Uri($"rabbitmq://127.0.0.1:{site.Rabbit.Port}/"), host =>
            {
                host.Username(RabbitServer.User);
                host.Password(RabbitServer.Password);
            });
            configure.ReceiveEndpoint(site.Queue, endpoint => endpoint.Handler<Invalidate>(context =>
            {
                heard.TrySetResult(context.Message);
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        return new Stopping(bus);
    }

    private sealed class Stopping(IBusControl bus) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await bus.StopAsync();
    }
}
