using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>A queue as people name it: by its name, its ARN or its URL.</summary>
internal static class QueueAddress
{
    /// <exception cref="AwsException">There is no such queue, or it may not be seen.</exception>
    public static Task<string> UrlAsync(SqsClient sqs, string queue, CancellationToken cancel)
    {
        if (queue.Contains("://", StringComparison.Ordinal)) return Task.FromResult(queue);
        return queue.Split(':') is ["arn", _, _, _, var owner, var name] ? sqs.QueueUrlAsync(name, owner, cancel) : sqs.QueueUrlAsync(queue, null, cancel);
    }
}
