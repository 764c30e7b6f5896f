using System.Text;
using MassTransit;
using Towncrier.Wire;

namespace Towncrier.Providers.MassTransit.Tests;

/// <summary>What an agent hears of what others publish.</summary>
public sealed class ReadingTests
{
    private static readonly byte[] Secret = "0123456789abcdef"u8.ToArray();

    [Fact]
    public async Task Plain_MassTransit_reaches_the_agent()
    {
        await using var site = await Site.StartAsync();
        var seen = new List<Delivery>();
        await using var listener = await ListenAsync(site, seen);
        var bus = await PlainBusAsync(site);
        await bus.Publish(new Invalidate { Command = "purge", Host = "www.example.org", Value = ["/news/42"], DryRun = true }, TestContext.Current.CancellationToken);
        await bus.Publish(Invalidate.From(new Invalidation { Command = InvalidationCommand.Xkey, Values = ["t"], Id = "i" }, new MessageSigner("k", Secret)), TestContext.Current.CancellationToken);
        await listener.ReceivedAsync(2);
        await bus.StopAsync(TestContext.Current.CancellationToken);
        var first = Decode(seen.Single(one => Text(one).Contains("/news/42", StringComparison.Ordinal)), out var opened);
        (first.Command, first.Host, first.Values[0], first.DryRun).ShouldBe((InvalidationCommand.Purge, "www.example.org", "/news/42", true));
        opened.Id.ShouldNotBeNull();
        opened.Issued.ShouldNotBeNull();
        var second = Decode(seen.Single(one => Text(one).Contains("signature", StringComparison.Ordinal)), out opened);
        second.Id.ShouldBe("i");
        MessageSignature.Check(opened.Body.Span, _ => Secret, out _, out var problem).ShouldBe(SignatureState.Good, problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    [InlineData("text/odd; =;")]
    [InlineData("application/vnd.masstransit+json")]
    [InlineData("application/vnd.masstransit+aes.v2")]
    public async Task Raw_json_of_any_content_type_reaches_the_agent(string? contentType)
    {
        await using var site = await Site.StartAsync();
        var seen = new List<Delivery>();
        await using var listener = await ListenAsync(site, seen);
        await site.SendAsync("""{"command":"purge","value":["/x"]}"""u8.ToArray(), contentType, id: "raw-1");
        await listener.ReceivedAsync(1);
        Decode(seen.Single(), out _).Values.ShouldBe(["/x"]);
        seen.Single().TransportId.ShouldBe("raw-1");
    }

    [Fact]
    public async Task Headers_come_along_and_mark_what_brings_no_id()
    {
        await using var site = await Site.StartAsync();
        var seen = new List<Delivery>();
        await using var listener = await ListenAsync(site, seen);
        await site.SendAsync("""{"command":"all"}"""u8.ToArray(), headers: new() { ["MT-Message-Id"] = "0badcafe", ["n"] = 5 });
        await site.SendAsync("""{"specversion":"1.0","id":"ce","type":"t","source":"s","data":{"command":"all"}}"""u8.ToArray());
        await listener.ReceivedAsync(2);
        Decode(seen.Single(one => one.Headers.ContainsKey("mt-message-id")), out var raw);
        raw.Id.ShouldBe("0badcafe");
        seen.ShouldContain(one => one.Headers.ContainsKey("n") && one.Headers["n"] == "5");
        Decode(seen.Single(one => Text(one).Contains("specversion", StringComparison.Ordinal)), out var foreign);
        foreign.Id.ShouldBe("ce");
    }

    [Fact]
    public async Task An_unknown_envelope_is_handed_on_and_refused_by_who_opens_it()
    {
        await using var site = await Site.StartAsync();
        var seen = new List<Delivery>();
        await using var listener = await ListenAsync(site, seen);
        await site.SendAsync("""{"what":"is this"}"""u8.ToArray());
        await listener.ReceivedAsync(1);
        EnvelopeChain.TryOpen(seen.Single().Body, seen.Single().Headers, WireLimits.Default, out _, out var refusal).ShouldBeFalse();
        refusal.Message.ShouldContain("MassTransit");
    }

    [Fact]
    public async Task A_refused_message_is_kept_for_a_human_with_the_reason()
    {
        await using var site = await Site.StartAsync();
        await using var listener = await Listener.ConnectAsync(Site.Source(site.Options), take: delivery =>
            delivery.RejectAsync(new Refusal(RefusalReason.Malformed, "no command"), CancellationToken.None));
        await site.SendAsync("nonsense"u8.ToArray());
        await site.SendAsync(new byte[3 * 1024 * 1024]);
        await Eventually.TrueAsync(async () => await CountAsync(site, site.Queue + "_skipped") == 2, "both are in the queue of skipped messages");
        var reasons = new List<string>();
        while (await site.Hand.BasicGetAsync(site.Queue + "_skipped", autoAck: true, TestContext.Current.CancellationToken) is { } skipped)
            reasons.Add(Encoding.UTF8.GetString((byte[])skipped.BasicProperties.Headers!["MT-Reason"]!) + " " + skipped.Body.Length);
        reasons.ShouldContain("Malformed: no command 8");
        reasons.ShouldContain(reason => reason.StartsWith("Oversized: the message has 3145728 bytes", StringComparison.Ordinal));
        listener.Refusals.Single().Refusal.Reason.ShouldBe(RefusalReason.Oversized);
        (await CountAsync(site, site.Queue)).ShouldBe(0u);
    }

    internal static async Task<IBusControl> PlainBusAsync(Site site)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(configure => configure.Host(new Uri($"rabbitmq://127.0.0.1:{site.Rabbit.Port}/"), host =>
        {
            host.Username(RabbitServer.User);
            host.Password(RabbitServer.Password);
        }));
        await bus.StartAsync(TestContext.Current.CancellationToken);
        return bus;
    }

    internal static Invalidation Decode(Delivery delivery, out OpenedMessage opened)
    {
        EnvelopeChain.TryOpen(delivery.Body, delivery.Headers, WireLimits.Default, out var messages, out var refusal).ShouldBeTrue(refusal.Message);
        opened = messages!.Single();
        InvalidationJson.TryDecode(opened.Body.Span, WireLimits.Default, out var message, out refusal).ShouldBeTrue(refusal.Message);
        return message!;
    }

    internal static async Task<uint> CountAsync(Site site, string queue)
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(site.Rabbit.Url) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0; // not made yet
        }
    }

    private static Task<Listener> ListenAsync(Site site, List<Delivery> seen) => Listener.ConnectAsync(Site.Source(site.Options), take: delivery =>
    {
        seen.Add(delivery);
        return Listener.Complete(delivery);
    });

    private static string Text(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);
}
