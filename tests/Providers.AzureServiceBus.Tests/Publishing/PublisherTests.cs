using System.Text;

namespace Towncrier.Providers.AzureServiceBus.Tests.Publishing;

public class PublisherTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_sent_at_the_same_time_goes_in_batches_and_arrives_as_it_was()
    {
        await using var site = await Site.StartAsync();
        await using var publisher = site.Publisher();
        var messages = Enumerable.Range(0, 500).Select(i => $$"""{"command":"xkey","id":"m{{i}}","value":["\"ü\\\n<{{i}}>"]}""").ToArray();
        await Task.WhenAll(messages.Select(message => publisher.PublishAsync(Encoding.UTF8.GetBytes(message), Cancel)));
        site.Azure.Peek("t", "s").Order(StringComparer.Ordinal).ShouldBe(messages.Order(StringComparer.Ordinal));
        site.CallsOf(ServiceBusOperation.Send).ShouldBeLessThan(100);
        var labels = new List<string?>();
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
        {
            labels.Add($"{delivery.TransportId} {delivery.Headers["towncrier_command"]}");
            return Listener.Complete(delivery);
        });
        await listener.ReceivedAsync(500);
        labels.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 500).Select(i => $"m{i} xkey").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_but_the_brokers_properties_and_ours_goes_beside_a_message()
    {
        await using var site = await Site.StartAsync();
        await using var publisher = site.Publisher();
        await publisher.PublishAsync("""{"command":"purge","host":"a\"b","id":"1","value":["/"]}"""u8.ToArray(), Cancel);
        var sent = site.Azure.Requests.Single(request => request.Operation == ServiceBusOperation.Send);
        sent.Headers.Select(header => header.Key.ToLowerInvariant()).Order().ShouldBe(["authorization", "brokerproperties", "content-length", "content-type", "host", "towncrier_command"]);
        sent.Header("BrokerProperties").ShouldBe("""{"MessageId":"1","Label":"purge"}""");
    }

    [Fact]
    public async Task A_message_that_expires_lives_no_longer_at_the_broker()
    {
        await using var site = await Site.StartAsync();
        await using var publisher = site.Publisher();
        var expires = DateTimeOffset.UtcNow.AddMinutes(10);
        await publisher.PublishAsync(Encoding.UTF8.GetBytes($$"""{"command":"all","expires":"{{expires:O}}","id":"1"}"""), Cancel);
        await publisher.PublishAsync(Encoding.UTF8.GetBytes($$"""{"command":"all","expires":"{{expires.AddDays(-1):O}}","id":"2"}"""), Cancel);
        site.Azure.Count("t", "s").Active.ShouldBe(2);
        site.Azure.Advance(TimeSpan.FromMinutes(9));
        site.Azure.Count("t", "s").Active.ShouldBe(1);
        site.Azure.Advance(TimeSpan.FromMinutes(2));
        site.Azure.Count("t", "s").ShouldBe(default);
    }

    [Fact]
    public async Task The_largest_message_is_taken_and_one_byte_more_never_can_be()
    {
        await using var site = await Site.StartAsync();
        await using var publisher = site.Publisher();
        var largest = Encoding.UTF8.GetBytes($$"""{"command":"{{new string('c', 250)}}","host":"{{new string('h', 250)}}","id":"{{new string('i', 128)}}","value":["{{new string('"', 0)}}"]}""");
        await publisher.PublishAsync((byte[])[.. largest, .. new byte[publisher.MaxBytes - largest.Length]], Cancel);
        (await Should.ThrowAsync<ArgumentException>(publisher.PublishAsync(new byte[publisher.MaxBytes + 1], Cancel))).Message.ShouldContain($"takes at most {publisher.MaxBytes}");
    }

    [Theory]
    [InlineData(413)]
    [InlineData(403)]
    public async Task What_the_tier_does_not_take_is_told(int status)
    {
        await using var site = await Site.StartAsync(null, new ServiceBusSettings { TooLargeStatus = status });
        await using var publisher = site.Publisher(1024 * 1024);
        var error = await Should.ThrowAsync<ServiceBusException>(publisher.PublishAsync(new byte[400 * 1024], Cancel));
        error.Message.ShouldContain("larger than the limit of 262144 bytes");
        error.Message.ShouldContain("; ", customMessage: "with advice");
        error.Message.ShouldContain(status == 413 ? "larger than the tier takes" : "too large for this tier");
    }

    [Fact]
    public async Task A_missing_topic_a_missing_claim_and_a_closed_port_are_told()
    {
        await using var site = await Site.BareAsync();
        await using var nowhere = new AzureServiceBusPublisher(new AzureServiceBusPublisherOptions { Address = site.Address, Topic = "nowhere", FirstDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        (await Should.ThrowAsync<ServiceBusException>(nowhere.PublishAsync("{}"u8.ToArray(), Cancel))).Message.ShouldContain("there is no nowhere in this namespace");
        var key = site.Azure.AddKey("Listen", ServiceBusRights.Listen);
        var address = Site.AddressOf($"Endpoint=http://127.0.0.1:{site.Azure.Port}/;SharedAccessKeyName=Listen;SharedAccessKey={key}");
        await using var deaf = new AzureServiceBusPublisher(new AzureServiceBusPublisherOptions { Address = address, Topic = "t" }, TimeProvider.System);
        (await Should.ThrowAsync<ServiceBusException>(deaf.PublishAsync("{}"u8.ToArray(), Cancel))).Message.ShouldContain("the claim Send on t");
        await site.Azure.StopAsync();
        await using var publisher = site.Publisher();
        (await Should.ThrowAsync<IOException>(publisher.PublishAsync("{}"u8.ToArray(), Cancel))).Message.ShouldContain("cannot connect");
    }

    [Fact]
    public async Task Passing_trouble_is_not_the_callers()
    {
        await using var site = await Site.StartAsync();
        await using var publisher = site.Publisher();
        site.Azure.Faults.Fail(ServiceBusOperation.Send, 500);
        site.Azure.Faults.Cut(ServiceBusOperation.Send, afterWork: false);
        await publisher.PublishAsync("""{"id":"1"}"""u8.ToArray(), Cancel);
        site.Azure.Peek("t", "s").ShouldBe(["""{"id":"1"}"""]);
        site.CallsOf(ServiceBusOperation.Send).ShouldBe(3);
    }

    [Fact]
    public async Task A_queue_is_sent_to_as_a_topic_is()
    {
        await using var site = await Site.BareAsync();
        site.Azure.CreateQueue("answers");
        await using var publisher = new AzureServiceBusPublisher(new AzureServiceBusPublisherOptions { Address = site.Address, Queue = "answers" }, TimeProvider.System);
        await publisher.PublishAsync("{}"u8.ToArray(), Cancel);
        site.Azure.Peek("answers").ShouldBe(["{}"]);
    }
}
