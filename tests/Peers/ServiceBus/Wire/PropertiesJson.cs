using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Towncrier.Peers.ServiceBus;

/// <summary>The BrokerProperties header, and the objects of that name in a batch.</summary>
internal static class PropertiesJson
{
    // Headers are ASCII: what is not is escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    /// <exception cref="FormatException">No JSON object, or a value of the wrong kind.</exception>
    public static MessageProperties Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException("The BrokerProperties are not JSON.", e);
        }
    }

    /// <inheritdoc cref="Read(string)"/>
    public static MessageProperties Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException("The BrokerProperties are not a JSON object.");
        var read = new MessageProperties();
        foreach (var one in json.EnumerateObject())
        {
            read = one.Name switch
            {
                "MessageId" => read with { MessageId = Text(one) },
                "CorrelationId" => read with { CorrelationId = Text(one) },
                "SessionId" => read with { SessionId = Text(one) },
                "Label" => read with { Label = Text(one) },
                "ReplyTo" => read with { ReplyTo = Text(one) },
                "ReplyToSessionId" => read with { ReplyToSessionId = Text(one) },
                "To" => read with { To = Text(one) },
                "PartitionKey" => read with { PartitionKey = Text(one) },
                "TimeToLive" => read with { TimeToLive = Seconds(one) },
                "TimeToLiveTimeSpan" => read with { TimeToLive = TimeSpan.TryParse(Text(one), CultureInfo.InvariantCulture, out var span) ? span : throw Wrong(one) },
                "ScheduledEnqueueTimeUtc" => read with { ScheduledEnqueueTimeUtc = DateTimeOffset.TryParse(Text(one), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw Wrong(one) },
                _ => read,
            };
        }

        return read.MessageId.Length <= 128 ? read : throw new FormatException("The MessageId is longer than 128 characters.");
    }

    public static string Write(Received received)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            var sent = received.Content.Properties;
            json.WriteStartObject();
            Text("CorrelationId", sent.CorrelationId);
            json.WriteNumber("DeliveryCount", received.DeliveryCount);
            json.WriteNumber("EnqueuedSequenceNumber", received.Sequence);
            json.WriteString("EnqueuedTimeUtc", received.EnqueuedAt.ToString("r", CultureInfo.InvariantCulture));
            Text("Label", sent.Label);
            if (received.LockToken != Guid.Empty)
            {
                json.WriteString("LockToken", received.LockToken);
                json.WriteString("LockedUntilUtc", received.LockedUntil.ToString("r", CultureInfo.InvariantCulture));
            }

            json.WriteString("MessageId", sent.MessageId);
            Text("PartitionKey", sent.PartitionKey);
            Text("ReplyTo", sent.ReplyTo);
            Text("ReplyToSessionId", sent.ReplyToSessionId);
            json.WriteNumber("SequenceNumber", received.Sequence);
            Text("SessionId", sent.SessionId);
            json.WriteString("State", "Active");
            json.WriteNumber("TimeToLive", received.TimeToLive.TotalSeconds);
            Text("To", sent.To);
            json.WriteEndObject();

            void Text(string name, string? value)
            {
                if (value is not null) json.WriteString(name, value);
            }
        }

        return Encoding.ASCII.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Text(JsonProperty one) => one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : throw Wrong(one);

    // Whatever is longer than time itself is for ever.
    private static TimeSpan Seconds(JsonProperty one)
    {
        if (one.Value.ValueKind != JsonValueKind.Number || one.Value.GetDouble() is not > 0) throw Wrong(one);
        return one.Value.GetDouble() >= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue : TimeSpan.FromSeconds(one.Value.GetDouble());
    }

    private static FormatException Wrong(JsonProperty one) => new($"The BrokerProperties' {one.Name} has a value of the wrong kind.");
}
