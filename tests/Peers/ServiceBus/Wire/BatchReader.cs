using System.Text;
using System.Text.Json;

namespace Towncrier.Peers.ServiceBus;

/// <summary>A batch: a JSON array of objects with Body, BrokerProperties and UserProperties (Microsoft's "Send Message Batch").</summary>
internal static class BatchReader
{
    /// <exception cref="FormatException">It is JSON, but no batch.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static List<Message> Read(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new FormatException("A batch is a JSON array.");
        return [.. document.RootElement.EnumerateArray().Select(ReadOne)];
    }

    private static Message ReadOne(JsonElement one)
    {
        if (one.ValueKind != JsonValueKind.Object || !one.TryGetProperty("Body", out var body) || body.ValueKind != JsonValueKind.String)
            throw new FormatException("A message of a batch is an object with a Body, a string.");
        var properties = one.TryGetProperty("BrokerProperties", out var broker) && broker.ValueKind != JsonValueKind.Null ? PropertiesJson.Read(broker) : new MessageProperties();
        var bytes = Encoding.UTF8.GetBytes(body.GetString()!);
        return new Message(bytes, null, properties, [.. ReadUser(one)], one.GetRawText().Length);
    }

    private static IEnumerable<KeyValuePair<string, object>> ReadUser(JsonElement one)
    {
        if (!one.TryGetProperty("UserProperties", out var user) || user.ValueKind == JsonValueKind.Null) yield break;
        if (user.ValueKind != JsonValueKind.Object) throw new FormatException("UserProperties is an object.");
        foreach (var property in user.EnumerateObject())
        {
            object? value = property.Value.ValueKind switch
            {
                JsonValueKind.String => property.Value.GetString(),
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Number => property.Value.TryGetInt64(out var whole) ? whole : property.Value.GetDouble(),
                JsonValueKind.Null => null,
                _ => throw new FormatException($"The property {property.Name} is neither text nor number nor truth."),
            };
            if (value is not null) yield return KeyValuePair.Create(property.Name, value);
        }
    }
}
