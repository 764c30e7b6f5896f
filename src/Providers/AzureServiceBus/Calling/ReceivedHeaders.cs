using System.Globalization;
using System.Text.Json;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>A received message out of an answer: what the broker says of it is one header, its user properties are the others. Pure.</summary>
internal static class ReceivedHeaders
{
    public const string BrokerProperties = "BrokerProperties";

    /// <summary>When an answer does not say how long the lock is; no subscription can have a shorter one.</summary>
    private static readonly TimeSpan ShortestLock = TimeSpan.FromSeconds(5);

    // What is the answer's and not the message's. Its content type is both.
    private static readonly HashSet<string> NotProperties = new(StringComparer.OrdinalIgnoreCase)
    {
        BrokerProperties, "Connection", "Content-Encoding", "Content-Length", "Date", "Keep-Alive", "Location", "Server", "Strict-Transport-Security", "Transfer-Encoding", "Via",
    };

    /// <summary>Null when it is no message that can be settled.</summary>
    public static LockedMessage? Read(BrokerAnswer answer)
    {
        if (answer.Header(BrokerProperties) is not { } json || Parse(json) is not { } broker) return null;
        using (broker)
        {
            var root = broker.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "LockToken") is not { } token || Number(root, "SequenceNumber") is not { } sequence) return null;
            if (!Guid.TryParse(token, out _)) return null; // it becomes a part of an address
            var number = sequence.ToString(CultureInfo.InvariantCulture);
            var (id, enqueued) = (Text(root, "MessageId"), Time(root, "EnqueuedTimeUtc"));
            var body = answer.Body is { } read ? DataContractString.Unwrap(read) : default;
            var attempt = (int)Math.Clamp(Number(root, "DeliveryCount") ?? 1, 1, int.MaxValue);
            // A number is one message's in one subscription; in one that was made anew of the same name it is another's.
            var message = new ReceivedMessage($"{number} {enqueued?.ToUnixTimeSeconds()} {id}", $"{number}/{token}", body, attempt, enqueued ?? default, Properties(answer))
            {
                TransportId = string.IsNullOrEmpty(id) ? number : id,
            };
            return new LockedMessage(message, LockOf(root, answer.Date), answer.Body is null);
        }
    }

    // Both by the server's clock. They are whole seconds, so one is taken off.
    private static TimeSpan LockOf(JsonElement root, DateTimeOffset? date)
    {
        if (date is not { } now || Time(root, "LockedUntilUtc") is not { } until) return ShortestLock;
        var left = until - now - TimeSpan.FromSeconds(1);
        return left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
    }

    private static Dictionary<string, string> Properties(BrokerAnswer answer)
    {
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in answer.Headers)
            if (!NotProperties.Contains(name)) properties[name] = value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
        return properties;
    }

    private static JsonDocument? Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    // RFC 1123, as in a header.
    private static DateTimeOffset? Time(JsonElement root, string name) =>
        Text(root, name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
