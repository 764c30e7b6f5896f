namespace Towncrier.Providers.Aws.Calling;

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

    /// <summary>From its receive, however often that is prolonged (SQS: "the maximum visibility timeout").</summary>
    public static readonly TimeSpan LongestHidden = TimeSpan.FromHours(12);
}
