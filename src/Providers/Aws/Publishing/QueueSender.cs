using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Queues;

namespace Towncrier.Providers.Aws.Publishing;

/// <summary>Sends to a queue. Its URL is asked for once, and again after a failure: the queue may be another by then.</summary>
internal sealed class QueueSender(SqsClient sqs, string queue)
{
    private volatile string? _url;

    /// <returns>Those that failed, by index.</returns>
    /// <exception cref="AwsException">All of it failed.</exception>
    public async Task<IReadOnlyList<BatchFailure>> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancel)
    {
        var url = _url ??= await QueueAddress.UrlAsync(sqs, queue, cancel).ConfigureAwait(false);
        try
        {
            return await sqs.SendAsync(url, messages, cancel).ConfigureAwait(false);
        }
        catch (AwsException)
        {
            _url = null;
            throw;
        }
    }
}
