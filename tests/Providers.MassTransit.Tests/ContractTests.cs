using System.Reflection;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Towncrier.Wire;

namespace Towncrier.Providers.MassTransit.Tests;

/// <summary>The typed contract: its names are part of the wire.</summary>
public sealed class ContractTests
{
    private static readonly byte[] Secret = "0123456789abcdef"u8.ToArray();

    [Fact]
    public void Exchange_and_type_are_named_for_good()
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(configure => configure.Host("127.0.0.1"));
        bus.Topology.TryGetPublishAddress<Invalidate>(out var address).ShouldBeTrue();
        address!.ToString().ShouldBe("rabbitmq://127.0.0.1/Towncrier:Invalidate");
        MassTransitSourceOptions.InvalidateExchange.ShouldBe("Towncrier:Invalidate");
        MessageUrn.ForTypeString<Invalidate>().ShouldBe("urn:message:Towncrier:Invalidate");
    }

    [Fact]
    public void Every_member_has_its_name_on_the_wire_for_both_kinds_of_serializer()
    {
        var names = typeof(Invalidate).GetProperties().Select(property => property.GetCustomAttribute<DataMemberAttribute>()?.Name).OfType<string>();
        names.ShouldBe(["command", "host", "value", "id", "issued", "expires", "mode", "source", "audience", "dry_run", "scope", "via", "signature"], ignoreOrder: true);
        typeof(Invalidate).GetCustomAttribute<DataContractAttribute>().ShouldNotBeNull();
    }

    [Fact]
    public void A_signed_message_goes_through_MassTransits_serializer_and_keeps_its_signature()
    {
        var typed = Invalidate.From(Whole(), new MessageSigner("k", Secret));
        var body = JsonSerializer.SerializeToUtf8Bytes(typed, SystemTextJsonMessageSerializer.Options);
        MessageSignature.Check(body, _ => Secret, out _, out var problem).ShouldBe(SignatureState.Good, problem);
        InvalidationJson.TryDecode(body, WireLimits.Default, out var message, out var refusal).ShouldBeTrue(refusal.Message);
        Encoding.UTF8.GetString(InvalidationJson.Encode(message!)).ShouldBe(Encoding.UTF8.GetString(InvalidationJson.Encode(Whole())));
    }

    [Fact]
    public void What_this_version_does_not_know_survives()
    {
        var body = """{"command":"purge","value":["/"],"later":{"n":1.10,"big":12345678901234567890},"audience":{"region":"eu","pop":["a","b"]}}""";
        var typed = JsonSerializer.Deserialize<Invalidate>(body, SystemTextJsonMessageSerializer.Options)!;
        typed.Audience!["region"].ShouldBe(["eu"]);
        using var again = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(typed, SystemTextJsonMessageSerializer.Options));
        var later = again.RootElement.GetProperty("later");
        (later.GetProperty("n").GetRawText(), later.GetProperty("big").GetRawText()).ShouldBe(("1.10", "12345678901234567890"));
        var audience = again.RootElement.GetProperty("audience");
        (audience.GetProperty("region").GetString(), audience.GetProperty("pop").GetArrayLength()).ShouldBe(("eu", 2));
    }

    [Fact]
    public void A_builder_becomes_typed_messages()
    {
        var messages = Invalidate.From(new InvalidationBuilder { Host = "www.example.org" }.PurgeUrl("/a").PurgeTags("t").Soft());
        messages.Select(message => (message.Command, message.Mode, message.Value![0])).ShouldBe([("purge", "soft", "/a"), ("xkey", "soft", "t")]);
        messages.Select(message => message.Id).Distinct().Count().ShouldBe(2);
    }

    private static Invalidation Whole() => new()
    {
        Command = InvalidationCommand.Xkey,
        Values = ["a", "ü"],
        Host = "www.example.org",
        Id = "1",
        Issued = new DateTimeOffset(2026, 11, 21, 21, 0, 0, 123, TimeSpan.Zero),
        Expires = new DateTimeOffset(2026, 11, 22, 21, 0, 0, TimeSpan.FromHours(2)),
        Mode = PurgeMode.Soft,
        Source = "cms",
        DryRun = true,
        ScopedToHost = true,
        Via = ["r"],
        Audience = new Dictionary<string, IReadOnlyList<string>> { ["one"] = ["x"], ["two"] = ["y", "z"] },
    };
}
