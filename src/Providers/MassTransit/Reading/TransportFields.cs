using MassTransit;

namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>What came beside a body: headers by lower-case name, and what the transport calls the message.</summary>
internal static class TransportFields
{
    /// <summary>Most characters of an id, so that several messages in one body can be numbered.</summary>
    private const int MaxId = 190;

    public static IReadOnlyDictionary<string, string> Headers(ReceiveContext context)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in context.TransportHeaders.GetAll())
        {
            if (Convert.ToString(header.Value, System.Globalization.CultureInfo.InvariantCulture) is { } text) headers[header.Key.ToLowerInvariant()] = text;
        }

        return headers;
    }

    /// <summary>The sender's message id, which a redelivery keeps; null where the sender gave none.</summary>
    public static string? Id(ReceiveContext context)
    {
        var id = context.TryGetPayload(out RabbitMqBasicConsumeContext? rabbit) ? rabbit.Properties.MessageId : context.GetMessageId()?.ToString();
        return id is { Length: > 0 and <= MaxId } && id.All(c => c is > ' ' and < '\x7f') ? id : null;
    }

    public static DateTimeOffset? SentAt(ReceiveContext context) =>
        context.TryGetPayload(out RabbitMqBasicConsumeContext? rabbit) && rabbit.Properties.IsTimestampPresent() && IsTime(rabbit.Properties.Timestamp.UnixTime)
            ? DateTimeOffset.FromUnixTimeSeconds(rabbit.Properties.Timestamp.UnixTime)
            : null;

    // Some clients write milliseconds there; the protocol says seconds.
    private static bool IsTime(long seconds) => seconds > 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
}
