using System.Collections.Frozen;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towncrier.Wire;

namespace Towncrier;

/// <summary>
/// A message of the common protocol as a typed contract, for applications that publish through MassTransit: the exchange
/// is <c>Towncrier:Invalidate</c> and the type <c>urn:message:Towncrier:Invalidate</c>, so the name and the namespace of
/// this type are part of the wire. Nothing is judged here; <see cref="From(Invalidation, MessageSigner?)"/> takes what the
/// builder has judged.
/// </summary>
/// <example><code>
/// await publishEndpoint.Publish(new Invalidate { Command = "purge", Host = "www.example.org", Value = ["/news/42"] });
/// </code></example>
[DataContract, JsonConverter(typeof(InvalidateConverter))]
public sealed record Invalidate
{
    /// <summary>The names on the wire; the data contract says them too, for serializers that go by it.</summary>
    internal static readonly FrozenSet<string> Members =
        FrozenSet.Create(StringComparer.Ordinal, "command", "host", "value", "id", "issued", "expires", "mode", "source", "audience", "dry_run", "scope", "via", "signature");

    /// <summary>As on the wire: <c>purge</c>, <c>xkey</c>, <c>ban.url</c>, ...</summary>
    [DataMember(Name = "command")]
    public required string Command { get; init; }

    [DataMember(Name = "host")]
    public string? Host { get; init; }

    /// <summary>At least one, except for <c>all</c>.</summary>
    [DataMember(Name = "value")]
    public IReadOnlyList<string>? Value { get; init; }

    /// <summary>Null: the id that MassTransit gives the message.</summary>
    [DataMember(Name = "id")]
    public string? Id { get; init; }

    /// <summary>Null: the time at which MassTransit sent the message.</summary>
    [DataMember(Name = "issued")]
    public DateTimeOffset? Issued { get; init; }

    [DataMember(Name = "expires")]
    public DateTimeOffset? Expires { get; init; }

    /// <summary><c>soft</c> or <c>hard</c>; null is hard.</summary>
    [DataMember(Name = "mode")]
    public string? Mode { get; init; }

    [DataMember(Name = "source")]
    public string? Source { get; init; }

    [DataMember(Name = "audience")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Audience { get; init; }

    [DataMember(Name = "dry_run")]
    public bool? DryRun { get; init; }

    /// <summary><c>host</c> holds tags and ban expressions to <see cref="Host"/> too.</summary>
    [DataMember(Name = "scope")]
    public string? Scope { get; init; }

    [DataMember(Name = "via")]
    public IReadOnlyList<string>? Via { get; init; }

    [DataMember(Name = "signature")]
    public InvalidateSignature? Signature { get; init; }

    /// <summary>Members this version does not know: who reads a message and sends it on keeps them, and with them its signature.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Others { get; init; }

    /// <summary>A message as it would be encoded, signed if a signer is given.</summary>
    public static Invalidate From(Invalidation message, MessageSigner? signer = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new Invalidate
        {
            Command = CommandNames.Of(message.Command),
            Host = message.Host,
            Value = message.Values.Count > 0 ? message.Values : null,
            Id = message.Id,
            Issued = message.Issued,
            Expires = message.Expires,
            Mode = message.Mode == PurgeMode.Soft && message.Command != InvalidationCommand.XkeySoft ? "soft" : null,
            Source = message.Source,
            Audience = message.Audience.Count > 0 ? message.Audience : null,
            DryRun = message.DryRun ? true : null,
            Scope = message.ScopedToHost ? "host" : null,
            Via = message.Via.Count > 0 ? message.Via : null,
            Signature = signer is null ? null : InvalidateSignature.Of(signer.Sign(message)),
        };
    }

    /// <summary>The messages of a builder, each with an id of its own.</summary>
    /// <exception cref="ArgumentException">A value does not fit into a message by itself.</exception>
    public static IReadOnlyList<Invalidate> From(InvalidationBuilder builder, MessageSigner? signer = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return [.. builder.Build().Select(message => From(message, signer))];
    }
}

/// <summary>Which key signed a message, and what it made of it.</summary>
[DataContract]
public sealed record InvalidateSignature
{
    [DataMember(Name = "key")]
    public required string Key { get; init; }

    [DataMember(Name = "alg")]
    public required string Alg { get; init; }

    [DataMember(Name = "value")]
    public required string Value { get; init; }

    internal static InvalidateSignature Of(byte[] signed)
    {
        using var document = JsonDocument.Parse(signed);
        return Of(document.RootElement.GetProperty(MessageSignature.Field));
    }

    internal static InvalidateSignature Of(JsonElement signature) => new() { Key = Text(signature, "key"), Alg = Text(signature, "alg"), Value = Text(signature, "value") };

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(MessageSignature.Field);
        json.WriteString("key", Key);
        json.WriteString("alg", Alg);
        json.WriteString("value", Value);
        json.WriteEndObject();
    }

    private static string Text(JsonElement signature, string name) =>
        signature.ValueKind == JsonValueKind.Object && signature.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new JsonException($"signature.{name} is not a string");
}
