using System.Text;
using System.Text.Json;

namespace Towncrier.Providers.AzureServiceBus.Publishing;

/// <summary>What Service Bus is told of a message: the header BrokerProperties. JSON in ASCII, for it goes as a header. Pure.</summary>
internal static class BrokerProperties
{
    /// <summary>The bytes that they and the user properties add to a message, at most.</summary>
    public const int MostBytes = 4 * 1024;

    /// <param name="messageId">1..128 characters, as Service Bus takes it.</param>
    /// <param name="label">For filters on <c>sys.Label</c>; null for none.</param>
    /// <param name="life">How long it may wait to be read; null for as long as the subscription keeps it.</param>
    public static string Write(string messageId, string? label, TimeSpan? life)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("MessageId", messageId);
            if (label is not null) json.WriteString("Label", label);
            if (life is { } time) json.WriteNumber("TimeToLive", Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)));
            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
