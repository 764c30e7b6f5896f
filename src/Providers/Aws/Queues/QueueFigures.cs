using System.Globalization;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>Numbers among a queue's attributes, which SQS gives as text. Pure.</summary>
internal static class QueueFigures
{
    /// <summary>Null when it was not given, or is none.</summary>
    public static long? Number(IReadOnlyDictionary<string, string> attributes, string name) =>
        long.TryParse(attributes.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>When the queue was made, in whole seconds; null when it does not say.</summary>
    public static DateTimeOffset? Made(IReadOnlyDictionary<string, string> attributes) =>
        Number(attributes, "CreatedTimestamp") is > 0 and var made ? DateTimeOffset.FromUnixTimeSeconds(made) : null;
}
