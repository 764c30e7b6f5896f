using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>Answers of SQS. Pure: false for what SQS would not have sent, never an exception.</summary>
internal static class SqsAnswers
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The text under that name.</summary>
    public static bool TryText(ReadOnlyMemory<byte> body, string name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!TryParse(body, out var document)) return false;
        using (document) return (text = AwsJson.Text(document.RootElement, name)) is not null;
    }

    /// <summary>The texts by their names under that name; empty when it is not there, as SQS leaves out what is empty.</summary>
    public static bool TryMap(ReadOnlyMemory<byte> body, string name, out IReadOnlyDictionary<string, string> map)
    {
        map = None;
        if (!TryParse(body, out var document)) return false;
        using (document) return !AwsJson.TryGet(document.RootElement, name, out var value) || TryMap(value, out map);
    }

    /// <summary>One page of a list, and the token of the next; empty when it was the last.</summary>
    public static bool TryPage(ReadOnlyMemory<byte> body, string name, out IReadOnlyList<string> items, out string next)
    {
        (items, next) = ([], "");
        if (!TryParse(body, out var document)) return false;
        using (document)
        {
            var texts = new List<string>();
            foreach (var item in AwsJson.Items(document.RootElement, name))
            {
                if (!AwsJson.TryText(item, out var text)) return false;
                texts.Add(text);
            }

            (items, next) = (texts, AwsJson.Text(document.RootElement, "NextToken") ?? "");
            return true;
        }
    }

    public static bool TryMessages(ReadOnlyMemory<byte> body, out IReadOnlyList<ReceivedMessage> messages)
    {
        messages = [];
        if (!TryParse(body, out var document)) return false;
        using (document)
        {
            var list = new List<ReceivedMessage>();
            foreach (var item in AwsJson.Items(document.RootElement, "Messages"))
            {
                if (!TryMessage(item, out var message)) return false;
                list.Add(message);
            }

            messages = list;
            return true;
        }
    }

    /// <summary>Those of <paramref name="count"/> entries that failed; one that the answer does not tell of counts as failed.</summary>
    public static bool TryFailures(ReadOnlyMemory<byte> body, int count, out IReadOnlyList<BatchFailure> failures)
    {
        failures = [];
        if (!TryParse(body, out var document)) return false;
        using (document)
        {
            var tally = new BatchTally(count);
            foreach (var item in AwsJson.Items(document.RootElement, "Successful")) tally.Succeeded(AwsJson.Text(item, "Id"));
            foreach (var item in AwsJson.Items(document.RootElement, "Failed"))
            {
                var isOurs = AwsJson.TryGet(item, "SenderFault", out var fault) && fault.ValueKind == JsonValueKind.True;
                tally.Failed(AwsJson.Text(item, "Id"), AwsJson.Text(item, "Code"), AwsJson.Text(item, "Message"), isOurs);
            }

            failures = tally.Failures();
            return true;
        }
    }

    private static bool TryMessage(JsonElement item, [NotNullWhen(true)] out ReceivedMessage? message)
    {
        message = null;
        if (AwsJson.Text(item, "MessageId") is not { } id || AwsJson.Text(item, "ReceiptHandle") is not { Length: > 0 } receipt || AwsJson.Text(item, "Body") is not { } text) return false;
        IReadOnlyDictionary<string, string> system = None;
        if (AwsJson.TryGet(item, "Attributes", out var attributes) && !TryMap(attributes, out system)) return false;
        var own = AwsJson.TryGet(item, "MessageAttributes", out var given) && given.ValueKind == JsonValueKind.Object ? Own(given) : None;
        message = new ReceivedMessage(id, receipt, Encoding.UTF8.GetBytes(text), Count(system), SentAt(system), own);
        return true;
    }

    private static Dictionary<string, string> Own(JsonElement given)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in given.EnumerateObject())
        {
            if (!AwsJson.TryName(attribute, out var name)) continue;
            if (AwsJson.Text(attribute.Value, "DataType")?.StartsWith("String", StringComparison.Ordinal) == true && AwsJson.Text(attribute.Value, "StringValue") is { } value) own[name] = value;
        }

        return own;
    }

    // A server that does not say counts as having delivered it once.
    private static int Count(IReadOnlyDictionary<string, string> system) =>
        system.TryGetValue("ApproximateReceiveCount", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 1;

    // Milliseconds; the epoch when it does not say. Beyond the year 9999 it is no time.
    private static DateTimeOffset SentAt(IReadOnlyDictionary<string, string> system) =>
        system.TryGetValue("SentTimestamp", out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : DateTimeOffset.UnixEpoch;

    private static bool TryMap(JsonElement element, out IReadOnlyDictionary<string, string> map)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        map = texts;
        if (element.ValueKind != JsonValueKind.Object) return element.ValueKind == JsonValueKind.Null;
        foreach (var property in element.EnumerateObject())
        {
            if (!AwsJson.TryName(property, out var name) || !AwsJson.TryText(property.Value, out var text)) return false;
            texts[name] = text;
        }

        return true;
    }

    private static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonDocument? document) => AwsJson.TryParseObject(body, out document);
}
