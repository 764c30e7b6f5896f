namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>Sending and receiving on the test server.</summary>
public class MessageTests
{
    [Fact]
    public async Task A_message_is_received_with_what_its_sender_gave_it()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        using var caller = new Caller(server);
        (await caller.SendAsync("q", "hello", ("BrokerProperties", """{"MessageId":"m1","Label":"L","TimeToLive":90}"""), ("tc-kind", "\"purge\""), ("tc-n", "7"))).Code.ShouldBe(201);

        var received = await caller.ReceiveAsync("q");
        received.Code.ShouldBe(201);
        received.Body.ShouldBe("hello");
        received.Headers["tc-kind"].ShouldBe("\"purge\"");
        received.Headers["tc-n"].ShouldBe("7");
        var properties = received.Properties;
        ((string)properties["MessageId"]!).ShouldBe("m1");
        ((string)properties["Label"]!).ShouldBe("L");
        ((double)properties["TimeToLive"]!).ShouldBe(90);
        ((int)properties["DeliveryCount"]!).ShouldBe(1);
        ((int)properties["SequenceNumber"]!).ShouldBe(1);
        received.Lock.ShouldBe($"/q/messages/1/{(string)properties["LockToken"]!}");
        server.Count("q").ShouldBe(new MessageCounts(0, 1, 0, 0));

        (await caller.CompleteAsync(received)).Code.ShouldBe(200);
        server.Count("q").ShouldBe(default);
        (await caller.CompleteAsync(received)).Code.ShouldBe(404);
        (await caller.ReceiveAsync("q")).Code.ShouldBe(204);
    }
}
