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
[DataContract]
public sealed record Invalidate
{
    /// <summary>As on the wire: <c>purge</c>, <c>xkey</c>, <c>ban.url</c>, ...</summary>
    [JsonPropertyName("command"), DataMember(Name = "command")]
    public required string Command { get; init; }

    [JsonPropertyName("host"), DataMember(Name = "host"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Host { get; init; }

    /// <summary>At least one, except for <c>all</c>.</summary>
    [JsonPropertyName("value"), DataMember(Name = "value"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Value { get; init; }

    /// <summary>Null: the id that MassTransit gives the message.</summary>
    [JsonPropertyName("id"), DataMember(Name = "id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Null: the time at which MassTransit sent the message.</summary>
    [JsonPropertyName("issued"), DataMember(Name = "issued"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Issued { get; init; }

    [JsonPropertyName("expires"), DataMember(Name = "expires"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Expires { get; init; }

    /// <summary><c>soft</c> or <c>hard</c>; null is hard.</summary>
    [JsonPropertyName("mode"), DataMember(Name = "mode"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    [JsonPropertyName("source"), DataMember(Name = "source"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    [JsonPropertyName("audience"), DataMember(Name = "audience"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonConverter(typeof(AudienceConverter))]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Audience { get; init; }

    [JsonPropertyName("dry_run"), DataMember(Name = "dry_run"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? DryRun { get; init; }

    /// <summary><c>host</c> holds tags and ban expressions to <see cref="Host"/> too.</summary>
    [JsonPropertyName("scope"), DataMember(Name = "scope"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Scope { get; init; }

    [JsonPropertyName("via"), DataMember(Name = "via"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Via { get; init; }

    [JsonPropertyName("signature"), DataMember(Name = "signature"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InvalidateSignature? Signature { get; init; }

    /// <summary>Members this version does not know: who reads a message and sends it on keeps them, and with them its signature.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }

    /// <summary>A message as it would be encoded, signed if a signer is given.</summary>
    public static Invalidate From(Invalidation message, MessageSigner? signer = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        return JsonSerializer.Deserialize(signer?.Sign(message) ?? InvalidationJson.Encode(message), InvalidateJson.Default.Invalidate)!;
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
    [JsonPropertyName("key"), DataMember(Name = "key")]
    public required string Key { get; init; }

    [JsonPropertyName("alg"), DataMember(Name = "alg")]
    public required string Alg { get; init; }

    [JsonPropertyName("value"), DataMember(Name = "value")]
    public required string Value { get; init; }
}
