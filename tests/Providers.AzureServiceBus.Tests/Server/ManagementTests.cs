using System.Xml.Linq;

namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>The test server's management where Microsoft's clients do not go.</summary>
public class ManagementTests
{
    private const string Atom = "application/atom+xml;type=entry;charset=utf-8";
    private static readonly XNamespace Connect = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";

    [Fact]
    public async Task An_element_out_of_its_order_is_passed_over_in_silence()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        (await PutAsync(caller, "right", "<LockDuration>PT30S</LockDuration><MaxDeliveryCount>3</MaxDeliveryCount><AutoDeleteOnIdle>PT10M</AutoDeleteOnIdle>")).Code.ShouldBe(201);
        (await PutAsync(caller, "wrong", "<AutoDeleteOnIdle>PT10M</AutoDeleteOnIdle><MaxDeliveryCount>3</MaxDeliveryCount><LockDuration>PT30S</LockDuration><Unknown>1</Unknown>")).Code.ShouldBe(201);
        var (right, wrong) = (server.SettingsOf("t", "right"), server.SettingsOf("t", "wrong"));
        (right.LockDuration, right.MaxDeliveryCount, right.AutoDeleteOnIdle).ShouldBe((TimeSpan.FromSeconds(30), 3, TimeSpan.FromMinutes(10)));
        (wrong.LockDuration, wrong.MaxDeliveryCount, wrong.AutoDeleteOnIdle).ShouldBe((TimeSpan.FromMinutes(1), 10, TimeSpan.FromMinutes(10)));
    }

    [Theory]
    [InlineData("<LockDuration>PT6M</LockDuration>")]
    [InlineData("<LockDuration>half a minute</LockDuration>")]
    [InlineData("<MaxDeliveryCount>0</MaxDeliveryCount>")]
    [InlineData("<MaxDeliveryCount />")]
    [InlineData("<AutoDeleteOnIdle>PT4M59S</AutoDeleteOnIdle>")]
    [InlineData("<DefaultMessageTimeToLive>PT0S</DefaultMessageTimeToLive>")]
    [InlineData("<RequiresSession>maybe</RequiresSession>")]
    public async Task A_value_out_of_its_bounds_is_refused(string element)
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        (await PutAsync(caller, "s", element)).Code.ShouldBe(400);
        server.Subscriptions("t").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a-b.c_D9", 201)]
    [InlineData("a%20b", 400)]
    [InlineData("-a", 400)]
    [InlineData("a/b", 400)]
    public async Task A_name_is_letters_digits_and_three_signs(string name, int expected)
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        (await PutAsync(caller, name, "")).Code.ShouldBe(expected);
    }

    [Fact]
    public async Task A_name_has_fifty_characters_at_most()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        (await PutAsync(caller, new string('a', 50), "")).Code.ShouldBe(201);
        (await PutAsync(caller, new string('b', 51), "")).Code.ShouldBe(400);
    }

    [Fact]
    public async Task What_is_no_entry_is_refused()
    {
        await using var server = await StartAsync();
        using var caller = new Caller(server);
        foreach (var body in new[] { "", "{}", "<entry/>", "<entry xmlns='http://www.w3.org/2005/Atom'><content type='application/xml'><SubscriptionDescription/></content></entry>" })
            (await caller.CallAsync(HttpMethod.Put, "/t/Subscriptions/s", body, Atom)).Code.ShouldBe(400);
        (await caller.CallAsync(HttpMethod.Patch, "/t/Subscriptions/s")).Code.ShouldBe(405);
    }

    [Fact]
    public async Task Counts_are_those_of_the_messages()
    {
        await using var server = await StartAsync();
        server.CreateSubscription("t", "s", new SubscriptionSettings { MaxDeliveryCount = 1 });
        using var caller = new Caller(server);
        for (var i = 0; i < 4; i++) await caller.SendAsync("t", $"{i}");
        await caller.AbandonAsync(await caller.ReceiveAsync("t/subscriptions/s"));
        await caller.ReceiveAsync("t/subscriptions/s");
        var entry = XElement.Parse((await caller.CallAsync(HttpMethod.Get, "/t/Subscriptions/s?api-version=2021-05")).Body);
        entry.Descendants(Connect + "MessageCount").Single().Value.ShouldBe("4");
        entry.Descendants().Single(one => one.Name.LocalName == "ActiveMessageCount").Value.ShouldBe("3"); // a locked one is active
        entry.Descendants().Single(one => one.Name.LocalName == "DeadLetterMessageCount").Value.ShouldBe("1");
    }

    [Fact]
    public async Task An_idle_subscription_is_deleted_and_a_receive_of_nothing_keeps_it()
    {
        await using var server = await StartAsync();
        foreach (var name in new[] { "used", "idle", "waiting" }) server.CreateSubscription("t", name, new SubscriptionSettings { AutoDeleteOnIdle = TimeSpan.FromMinutes(5) });
        server.CreateSubscription("t", "ever");
        using var caller = new Caller(server);
        var waiting = caller.ReceiveAsync("t/subscriptions/waiting", 60);
        await Eventually.TrueAsync(() => server.Waiting == 1, "it waits");
        server.Advance(TimeSpan.FromMinutes(4));
        (await caller.ReceiveAsync("t/subscriptions/used")).Code.ShouldBe(204);
        server.Send("t", "x"); // is no use of a subscription
        (await waiting).Code.ShouldBe(201);
        server.Advance(TimeSpan.FromMinutes(2));
        server.Subscriptions("t").ShouldBe(["ever", "used", "waiting"]);
        (await caller.ReceiveAsync("t/subscriptions/idle")).Code.ShouldBe(410);
    }

    [Fact]
    public async Task What_never_was_is_404_and_what_was_deleted_is_410()
    {
        await using var server = await StartAsync();
        server.CreateQueue("q");
        server.CreateSubscription("t", "s");
        using var caller = new Caller(server);
        await caller.SendAsync("q", "a");
        var locked = await caller.ReceiveAsync("q");
        var waiting = caller.ReceiveAsync("t/subscriptions/s", 60);
        await Eventually.TrueAsync(() => server.Waiting == 1, "it waits");
        (await caller.CallAsync(HttpMethod.Delete, "/q")).Code.ShouldBe(200);
        server.DeleteSubscription("t", "s").ShouldBeTrue();
        (await waiting).Code.ShouldBe(410);
        (await caller.SendAsync("q", "a")).Code.ShouldBe(410);
        (await caller.ReceiveAsync("q")).Code.ShouldBe(410);
        (await caller.CompleteAsync(locked)).Code.ShouldBe(410);
        (await caller.ReceiveAsync("t/subscriptions/s")).Code.ShouldBe(410);
        (await caller.SendAsync("r", "a")).Code.ShouldBe(404);
        (await caller.ReceiveAsync("t/subscriptions/r")).Code.ShouldBe(404);
        (await caller.SendAsync("t/subscriptions/s", "a")).Code.ShouldBe(400);
    }

    private static async Task<ServiceBusServer> StartAsync()
    {
        var server = await ServiceBusServer.StartAsync();
        server.CreateTopic("t");
        return server;
    }

    private static Task<Caller.Reply> PutAsync(Caller caller, string name, string elements) => caller.CallAsync(HttpMethod.Put, $"/t/Subscriptions/{name}?api-version=2021-05",
        $"<entry xmlns='http://www.w3.org/2005/Atom'><content type='application/xml'><SubscriptionDescription xmlns='{Connect}'>{elements}</SubscriptionDescription></content></entry>", Atom);
}
