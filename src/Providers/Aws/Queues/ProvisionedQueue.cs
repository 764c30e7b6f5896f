using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>A queue that others made for this host, and that we only read.</summary>
internal sealed class ProvisionedQueue(string queue, SqsClient sqs)
{
    private static readonly string[] Wanted = ["QueueArn", "RedrivePolicy", "MessageRetentionPeriod", "CreatedTimestamp"];

    /// <summary>Finds it. What it may not be asked (<c>sqs:GetQueueAttributes</c>) stays unknown.</summary>
    /// <exception cref="AwsException">There is no such queue, or it may not be seen.</exception>
    public async Task<OpenedQueue> OpenAsync(CancellationToken cancel)
    {
        var url = await QueueAddress.UrlAsync(sqs, queue, cancel).ConfigureAwait(false);
        try
        {
            var attributes = await sqs.AttributesAsync(url, Wanted, cancel).ConfigureAwait(false);
            return new OpenedQueue(
                url,
                attributes.GetValueOrDefault("QueueArn", ""),
                QueueFigures.Number(attributes, "MessageRetentionPeriod") is { } kept ? TimeSpan.FromSeconds(kept) : null,
                attributes.GetValueOrDefault("RedrivePolicy", "").Length > 0,
                IsNew: false,
                QueueFigures.Made(attributes));
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return new OpenedQueue(url, "", Retention: null, DeadLetters: null, IsNew: false);
        }
    }
}
