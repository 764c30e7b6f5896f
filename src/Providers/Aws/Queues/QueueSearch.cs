using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>Whether a queue is there, and what SQS says when it is and should not be.</summary>
internal static class QueueSearch
{
    /// <summary>The URL of the caller's own queue of that name; null when there is none.</summary>
    /// <exception cref="AwsException">It cannot be asked for.</exception>
    public static async Task<string?> UrlAsync(SqsClient sqs, string name, CancellationToken cancel)
    {
        try
        {
            return await sqs.QueueUrlAsync(name, null, cancel).ConfigureAwait(false);
        }
        catch (AwsException e) when (e.IsMissingQueue)
        {
            return null;
        }
    }

    // The older code or the newer one, as SQS has both.
    public static bool IsThereAlready(string code) => code is "QueueNameExists" or "QueueAlreadyExists";

    public static bool IsDeletedRecently(string code) => code is "QueueDeletedRecently" or "AWS.SimpleQueueService.QueueDeletedRecently";
}
