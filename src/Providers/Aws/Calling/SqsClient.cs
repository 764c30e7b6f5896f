namespace Towncrier.Providers.Aws.Calling;

/// <summary>SQS of one region, over its JSON protocol. Retries are behind it; safe from several threads.</summary>
internal sealed class SqsClient(AwsCaller caller)
{
    /// <param name="owner">The account of the queue; null: the caller's.</param>
    /// <exception cref="AwsException">As of every call here; QueueDoesNotExist when there is none, or it may not be seen.</exception>
    public Task<string> QueueUrlAsync(string name, string? owner, CancellationToken cancel) => throw new NotImplementedException(caller.ToString());

    /// <returns>The queue's URL; that of the one there is when it has the same attributes.</returns>
    public Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, string> tags, CancellationToken cancel) => throw new NotImplementedException();

    public Task DeleteQueueAsync(string url, CancellationToken cancel) => throw new NotImplementedException();

    public Task<IReadOnlyDictionary<string, string>> AttributesAsync(string url, IReadOnlyList<string> names, CancellationToken cancel) => throw new NotImplementedException();

    public Task SetAttributesAsync(string url, IReadOnlyDictionary<string, string> attributes, CancellationToken cancel) => throw new NotImplementedException();

    public Task<IReadOnlyDictionary<string, string>> TagsAsync(string url, CancellationToken cancel) => throw new NotImplementedException();

    public Task TagAsync(string url, IReadOnlyDictionary<string, string> tags, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The URLs of every queue whose name begins so, over all pages.</summary>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>A long poll; empty when nothing came in <paramref name="waitSeconds"/>. Receives are not retried while they wait: a lost answer is seen again after its visibility.</summary>
    /// <param name="most">1 to 10.</param>
    public Task<IReadOnlyList<SqsMessage>> ReceiveAsync(string url, int most, int waitSeconds, int visibilitySeconds, CancellationToken cancel) => throw new NotImplementedException();

    /// <param name="receipts">At most 10.</param>
    /// <returns>Those that failed, by index; the others are deleted.</returns>
    public Task<IReadOnlyList<BatchFailure>> DeleteAsync(string url, IReadOnlyList<string> receipts, CancellationToken cancel) => throw new NotImplementedException();

    /// <param name="changes">At most 10, each a receipt handle and the seconds from now on, 0 to 43,200.</param>
    public Task<IReadOnlyList<BatchFailure>> ChangeVisibilityAsync(string url, IReadOnlyList<(string Receipt, int Seconds)> changes, CancellationToken cancel) => throw new NotImplementedException();

    /// <param name="messages">At most 10, together at most <see cref="AwsLimits.BatchBytes"/>.</param>
    public Task<IReadOnlyList<BatchFailure>> SendAsync(string url, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancel) => throw new NotImplementedException();
}
