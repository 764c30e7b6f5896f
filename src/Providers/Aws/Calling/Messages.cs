namespace Towncrier.Providers.Aws.Calling;

/// <summary>A message as SQS hands it out.</summary>
/// <param name="Receipt">The receipt handle of this delivery; a later delivery has another.</param>
/// <param name="ReceiveCount">This time included.</param>
/// <param name="Attributes">Message attributes of type String, by their names as sent.</param>
internal sealed record SqsMessage(
    string Id, string Receipt, ReadOnlyMemory<byte> Body, int ReceiveCount, DateTimeOffset SentAt, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A message to send.</summary>
/// <param name="Attributes">Message attributes of type String.</param>
/// <param name="Group">The message group, for FIFO alone.</param>
/// <param name="DedupId">The deduplication id, for FIFO alone.</param>
internal sealed record OutgoingMessage(
    ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string>? Attributes = null, string? Group = null, string? DedupId = null);

/// <summary>One entry of a batch that AWS refused.</summary>
/// <param name="Index">In the order of the call.</param>
/// <param name="BySender">It will fail again unless it is changed.</param>
internal readonly record struct BatchFailure(int Index, string Code, string Message, bool BySender);

internal sealed record SnsSubscription(string Arn, string Protocol, string Endpoint, string Owner);

internal static class AwsLimits
{
    /// <summary>What SNS takes in one call, messages and attributes together; SQS takes more since 2025, SNS does not.</summary>
    public const int BatchBytes = 256 * 1024;

    public const int BatchEntries = 10;
}
