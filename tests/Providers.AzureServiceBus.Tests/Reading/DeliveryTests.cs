using System.Runtime.Serialization;
using System.Text;
using System.Xml;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Tests.Reading;

/// <summary>What a delivery says of its message.</summary>
public class DeliveryTests
{
    [Fact]
    public async Task Its_id_time_attempt_and_properties_are_the_brokers()
    {
        await using var site = await Site.StartAsync();
        Delivery? seen = null;
        await using var listener = await Listener.ConnectAsync(site.Source(), null, delivery =>
        {
            seen = delivery;
            return Listener.Complete(delivery);
        });
        await using var publisher = site.Publisher();
        await publisher.PublishAsync("""{"command":"xkey","host":"www.example.org","id":"m-1","value":["a"]}"""u8.ToArray(), TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(1);
        (seen!.TransportId, seen.Attempt, seen.Source).ShouldBe(("m-1", 1, "azure_service_bus:t/s"));
        seen.SentAt!.Value.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(30));
        seen.Headers["towncrier_command"].ShouldBe("xkey");
        seen.Headers["towncrier_host"].ShouldBe("www.example.org");
        seen.Headers["content-type"].ShouldStartWith("application/json");
        seen.Headers.Keys.ShouldAllBe(name => !name.Any(char.IsAsciiLetterUpper));
        seen.Headers.Keys.ShouldNotContain("brokerproperties");
        seen.Headers.Keys.ShouldNotContain("location");
    }

    [Fact]
    public void Without_a_message_id_it_is_known_by_its_number()
    {
        var read = Read("""{"LockToken":"7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547","SequenceNumber":42,"DeliveryCount":3}""").ShouldNotBeNull();
        (read.Message.TransportId, read.Message.Receipt, read.Message.ReceiveCount).ShouldBe(("42", "42/7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547", 3));
    }

    [Fact]
    public void The_lock_is_measured_by_the_servers_clock_alone()
    {
        // A server whose clock is years away from ours.
        var read = Read("""{"LockToken":"7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547","SequenceNumber":1,"LockedUntilUtc":"Sat, 01 Jan 2000 00:00:30 GMT"}""", new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        read.ShouldNotBeNull().Lock.ShouldBe(TimeSpan.FromSeconds(29), "less one, for both are whole seconds");
        Read("""{"LockToken":"7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547","SequenceNumber":1,"LockedUntilUtc":"Sat, 01 Jan 2000 00:00:30 GMT"}""").ShouldNotBeNull().Lock.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"LockToken":"../../topic","SequenceNumber":1}""")]
    [InlineData("""{"LockToken":"7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547"}""")]
    [InlineData("""{"LockToken":"7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547","SequenceNumber":"1"}""")]
    [InlineData("""{"LockToken":{},"SequenceNumber":1e99}""")]
    public void What_is_no_message_is_none(string properties) => Read(properties).ShouldBeNull();

    [Fact]
    public void A_body_of_the_old_sdk_is_unwrapped_and_any_other_is_left_as_it_is()
    {
        DataContractString.Unwrap(Wrapped("""{"command":"all","ü":1}""")).ToArray().ShouldBe(Encoding.UTF8.GetBytes("""{"command":"all","ü":1}"""));
        DataContractString.Unwrap(Wrapped(new string('x', 70_000))).Length.ShouldBe(70_000);
        DataContractString.Unwrap(Wrapped("{}"u8.ToArray())).ToArray().ShouldBe("{}"u8.ToArray());
        byte[][] others = ["{}"u8.ToArray(), [], [0x40], Wrapped("cut")[..60], [.. Wrapped("")[..58], 0xff, 0xff]];
        foreach (var other in others) DataContractString.Unwrap(other).ToArray().ShouldBe(other);
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Wrapped("some text");
            for (var j = 0; j < 3; j++) bytes[random.Next(50, bytes.Length)] = (byte)random.Next(256);
            DataContractString.Unwrap(bytes); // never throws
        }
    }

    private static LockedMessage? Read(string properties, DateTimeOffset? date = null) =>
        ReceivedHeaders.Read(new BrokerAnswer(201, date, "x"u8.ToArray(), [KeyValuePair.Create("BrokerProperties", properties)]));

    // As BrokeredMessage(object) did it.
    private static byte[] Wrapped(object body)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlDictionaryWriter.CreateBinaryWriter(stream)) new DataContractSerializer(body.GetType()).WriteObject(writer, body);
        return stream.ToArray();
    }
}
