using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>The attributes of queues that agents make, and what of them differs. Pure.</summary>
internal static class QueueShape
{
    private const string Encrypted = "SqsManagedSseEnabled";

    /// <summary>What a host's queue is made with. Its policy names its ARN, which is known only when it is there.</summary>
    public static Dictionary<string, string> Made(AwsSourceOptions options, bool isFifo)
    {
        var shape = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VisibilityTimeout"] = Seconds(options.Visibility),
            ["MessageRetentionPeriod"] = Seconds(options.Retention),
            ["ReceiveMessageWaitTimeSeconds"] = Seconds(options.Wait),
            [Encrypted] = "true",
        };
        if (isFifo) shape["FifoQueue"] = "true";
        return shape;
    }

    /// <summary>What a host's queue shall have.</summary>
    public static Dictionary<string, string> Wanted(AwsSourceOptions options, string queue, string deadLetters, bool isFifo) => new(Made(options, isFifo), StringComparer.Ordinal)
    {
        ["RedrivePolicy"] = $$"""{"deadLetterTargetArn":{{Text(deadLetters)}},"maxReceiveCount":{{options.MostReceives}}}""",
        ["Policy"] = Policy(
            $$"""{"Sid":"TopicSends","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":{{Text(queue)}},"Condition":{"ArnEquals":{"aws:SourceArn":{{Text(options.Topic!)}} } } }""",
            TlsOnly(queue)),
    };

    /// <summary>What the dead-letter queue is made with: it keeps what it gets for as long as SQS can.</summary>
    public static Dictionary<string, string> DeadLetters(string queue, bool isFifo)
    {
        var shape = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MessageRetentionPeriod"] = Seconds(TimeSpan.FromDays(14)),
            [Encrypted] = "true",
            ["Policy"] = Policy(TlsOnly(queue)),
        };
        if (isFifo) shape["FifoQueue"] = "true";
        return shape;
    }

    /// <summary>What has to be set for a queue that has <paramref name="there"/>.</summary>
    public static Dictionary<string, string> Changes(IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> wanted)
    {
        var changes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in wanted)
        {
            if (name == "FifoQueue") continue; // cannot be changed
            if (name == Encrypted && there.GetValueOrDefault("KmsMasterKeyId", "").Length > 0) continue; // somebody chose a key of their own
            if (!IsSame(there.GetValueOrDefault(name, ""), value)) changes[name] = value;
        }

        return changes;
    }

    /// <summary>Texts that are equal, or mean the same as JSON, whichever way numbers are written.</summary>
    public static bool IsSame(string one, string other) => one == other || (Parsed(one) is { } a && Parsed(other) is { } b && JsonNode.DeepEquals(a, b));

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return text.StartsWith('{') && JsonNode.Parse(text) is JsonObject map ? Plain(map) : null;
        }
        catch (JsonException)
        {
            return null; // compared as text
        }
    }

    // SQS gives maxReceiveCount back as text or as a number, depending on who set it.
    private static JsonObject Plain(JsonObject map)
    {
        if (map["maxReceiveCount"] is JsonValue count) map["maxReceiveCount"] = count.ToString();
        return map;
    }

    private static string TlsOnly(string queue)
        => $$"""{"Sid":"TlsOnly","Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":{{Text(queue)}},"Condition":{"Bool":{"aws:SecureTransport":"false"} } }""";

    private static string Policy(params string[] statements) => $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""";

    private static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string Text(string value) => JsonSerializer.Serialize(value);
}
