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

    [Fact]
    public async Task A_destructive_receive_leaves_nothing()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        using var caller = new Caller(server);
        await caller.SendAsync("q", "a");
        var received = await caller.CallAsync(HttpMethod.Delete, "/q/messages/head?timeout=0");
        (received.Code, received.Body).ShouldBe((200, "a"));
        received.Headers.Keys.ShouldNotContain("Location");
        received.Properties.ContainsKey("LockToken").ShouldBeFalse();
        server.Count("q").ShouldBe(default);
    }

    [Theory]
    [InlineData(1000, 413, false)]
    [InlineData(1000, 403, true)]
    [InlineData(900, 201, false)]
    public async Task A_message_or_batch_is_no_larger_than_allowed(int bytes, int expected, bool documented)
    {
        await using var server = await ServiceBusServer.StartAsync(new ServiceBusSettings { MaxMessageBytes = 950, TooLargeStatus = documented ? 403 : 413 });
        server.CreateQueue("q");
        using var caller = new Caller(server);
        (await caller.SendAsync("q", new string('x', bytes))).Code.ShouldBe(expected);
        (await BatchAsync(caller, $$"""[{"Body":"{{new string('x', bytes - 20)}}"}]""")).Code.ShouldBe(expected);
        (await caller.SendAsync("q", new string('x', 900), ("tc-much", '"' + new string('x', bytes - 880) + '"'))).Code.ShouldBe(bytes == 900 ? 201 : expected);
        server.Count("q").Active.ShouldBe(expected == 201 ? 3 : 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"Body":1}]""")]
    [InlineData("""[{"Body":"a"},{"BrokerProperties":{}}]""")]
    [InlineData("""[{"Body":"a","UserProperties":{"a":[]}}]""")]
    [InlineData("""[{"Body":"a","BrokerProperties":{"TimeToLive":"long"}}]""")]
    public async Task A_batch_that_is_none_is_refused_whole(string batch)
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        using var caller = new Caller(server);
        (await BatchAsync(caller, batch)).Code.ShouldBe(400);
        server.Count("q").ShouldBe(default);
    }

    [Fact]
    public async Task Broker_properties_that_are_not_json_are_refused_and_unknown_ones_passed_over()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        using var caller = new Caller(server);
        (await caller.SendAsync("q", "a", ("BrokerProperties", "Label=x"))).Code.ShouldBe(400);
        (await caller.SendAsync("q", "a", ("BrokerProperties", """{"MessageId":1}"""))).Code.ShouldBe(400);
        (await caller.SendAsync("q", "a", ("BrokerProperties", """{"LockToken":"mine","Label":"\u00fc"}"""))).Code.ShouldBe(201);
        ((string)(await caller.ReceiveAsync("q")).Properties["Label"]!).ShouldBe("ü");
    }

    [Fact]
    public async Task A_batch_s_properties_become_headers_where_they_can()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q");
        using var caller = new Caller(server);
        (await BatchAsync(caller, """[{"Body":"\u00e4","UserProperties":{"a":"line\nline","no header":"x","n":1.5,"t":true,"nothing":null}},{"Body":"second"}]""")).Code.ShouldBe(201);
        var received = await caller.ReceiveAsync("q");
        received.Body.ShouldBe("ä");
        (received.Headers["a"], received.Headers["n"], received.Headers["t"]).ShouldBe(("\"line line\"", "1.5", "true"));
        received.Headers.Keys.ShouldNotContain("nothing");
        (await caller.ReceiveAsync("q")).Body.ShouldBe("second");
    }

    [Fact]
    public async Task A_queue_that_wants_sessions_is_not_read()
    {
        await using var server = await ServiceBusServer.StartAsync();
        server.CreateQueue("q", new SubscriptionSettings { RequiresSession = true });
        using var caller = new Caller(server);
        (await caller.ReceiveAsync("q")).Code.ShouldBe(400);
    }

    private static Task<Caller.Reply> BatchAsync(Caller caller, string batch) =>
        caller.CallAsync(HttpMethod.Post, "/q/messages", batch, "application/vnd.microsoft.servicebus.json");
}
