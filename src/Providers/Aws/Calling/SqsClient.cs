using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>SQS of one region, over its JSON protocol. Retries are behind it; safe from several threads.</summary>
internal sealed class SqsClient(AwsCaller caller)
{
    /// <param name="owner">The account of the queue; null: the caller's.</param>
    /// <exception cref="AwsException">As of every call here; <see cref="AwsException.IsMissingQueue"/> when there is none, or it may not be seen.</exception>
    /// <exception cref="IOException">As of every call here; AWS was not reached, or did not answer, or there are no credentials.</exception>
    public async Task<string> QueueUrlAsync(string name, string? owner, CancellationToken cancel)
    {
        var body = await CallAsync("GetQueueUrl", name, json =>
        {
            json.WriteString("QueueName", name);
            if (owner is not null) json.WriteString("QueueOwnerAWSAccountId", owner);
        }, cancel).ConfigureAwait(false);
        return SqsAnswers.TryText(body, "QueueUrl", out var url) ? url : throw Unreadable("GetQueueUrl");
    }

    /// <returns>The queue's URL; that of the one there is when it has the same attributes.</returns>
    public async Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, string> tags, CancellationToken cancel)
    {
        var body = await CallAsync("CreateQueue", name, json =>
        {
            json.WriteString("QueueName", name);
            SqsBodies.Map(json, "Attributes", attributes);
            if (tags.Count > 0) SqsBodies.Map(json, "tags", tags);
        }, cancel).ConfigureAwait(false);
        return SqsAnswers.TryText(body, "QueueUrl", out var url) ? url : throw Unreadable("CreateQueue");
    }

    public Task DeleteQueueAsync(string url, CancellationToken cancel) => CallAsync("DeleteQueue", url, json => json.WriteString("QueueUrl", url), cancel);

    public async Task<IReadOnlyDictionary<string, string>> AttributesAsync(string url, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var body = await CallAsync("GetQueueAttributes", url, json =>
        {
            json.WriteString("QueueUrl", url);
            SqsBodies.Names(json, "AttributeNames", [.. names]);
        }, cancel).ConfigureAwait(false);
        return SqsAnswers.TryMap(body, "Attributes", out var attributes) ? attributes : throw Unreadable("GetQueueAttributes");
    }

    public Task SetAttributesAsync(string url, IReadOnlyDictionary<string, string> attributes, CancellationToken cancel) => CallAsync("SetQueueAttributes", url, json =>
    {
        json.WriteString("QueueUrl", url);
        SqsBodies.Map(json, "Attributes", attributes);
    }, cancel);

    public async Task<IReadOnlyDictionary<string, string>> TagsAsync(string url, CancellationToken cancel)
    {
        var body = await CallAsync("ListQueueTags", url, json => json.WriteString("QueueUrl", url), cancel).ConfigureAwait(false);
        return SqsAnswers.TryMap(body, "Tags", out var tags) ? tags : throw Unreadable("ListQueueTags");
    }

    public Task TagAsync(string url, IReadOnlyDictionary<string, string> tags, CancellationToken cancel) => CallAsync("TagQueue", url, json =>
    {
        json.WriteString("QueueUrl", url);
        SqsBodies.Map(json, "Tags", tags);
    }, cancel);

    /// <summary>The URLs of every queue whose name begins so, over all pages.</summary>
    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        const int PageSize = 1000; // without it SQS gives the first 1,000 and no token
        for (var token = ""; ;)
        {
            var body = await CallAsync("ListQueues", prefix + "*", json =>
            {
                json.WriteString("QueueNamePrefix", prefix);
                json.WriteNumber("MaxResults", PageSize);
                if (token.Length > 0) json.WriteString("NextToken", token);
            }, cancel).ConfigureAwait(false);
            if (!SqsAnswers.TryPage(body, "QueueUrls", out var urls, out token)) throw Unreadable("ListQueues");
            foreach (var url in urls) yield return url;
            if (token.Length == 0) yield break;
        }
    }

    /// <summary>A long poll; empty when nothing came in <paramref name="waitSeconds"/>. Receives are not retried while they wait: a lost answer is seen again after its visibility.</summary>
    /// <param name="most">1 to 10.</param>
    public async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string url, int most, int waitSeconds, int visibilitySeconds, CancellationToken cancel)
    {
        var request = new AwsRequest(AwsService.Sqs, "ReceiveMessage", url, SqsBodies.Of(json =>
        {
            json.WriteString("QueueUrl", url);
            json.WriteNumber("MaxNumberOfMessages", most);
            json.WriteNumber("WaitTimeSeconds", waitSeconds);
            json.WriteNumber("VisibilityTimeout", visibilitySeconds);
            SqsBodies.Names(json, "MessageSystemAttributeNames", "ApproximateReceiveCount", "SentTimestamp");
            SqsBodies.Names(json, "MessageAttributeNames", "All");
        }))
        { Wait = TimeSpan.FromSeconds(waitSeconds), LostIsFinal = true };
        var body = await caller.CallAsync(request, cancel).ConfigureAwait(false);
        return SqsAnswers.TryMessages(body, out var messages) ? messages : throw Unreadable("ReceiveMessage");
    }

    /// <param name="receipts">At most 10.</param>
    /// <returns>Those that failed, by index; the others are deleted.</returns>
    public Task<IReadOnlyList<BatchFailure>> DeleteAsync(string url, IReadOnlyList<string> receipts, CancellationToken cancel) =>
        BatchAsync("DeleteMessageBatch", url, receipts, static (json, receipt) => json.WriteString("ReceiptHandle", receipt), cancel);

    /// <param name="changes">At most 10, each a receipt handle and the seconds from now on, 0 to 43,200.</param>
    public Task<IReadOnlyList<BatchFailure>> ChangeVisibilityAsync(string url, IReadOnlyList<(string Receipt, int Seconds)> changes, CancellationToken cancel) =>
        BatchAsync("ChangeMessageVisibilityBatch", url, changes, static (json, change) =>
        {
            json.WriteString("ReceiptHandle", change.Receipt);
            json.WriteNumber("VisibilityTimeout", change.Seconds);
        }, cancel);

    /// <summary>At least once: a call whose answer was lost is sent again, and its messages are then there twice unless the queue is FIFO.</summary>
    /// <param name="messages">At most 10, together at most <see cref="AwsLimits.BatchBytes"/>.</param>
    /// <exception cref="ArgumentException">A text that AWS would refuse; nothing was sent.</exception>
    public Task<IReadOnlyList<BatchFailure>> SendAsync(string url, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancel)
    {
        foreach (var message in messages) MessageText.Require(message);
        return BatchAsync("SendMessageBatch", url, messages, SqsBodies.Message, cancel);
    }

    private async Task<IReadOnlyList<BatchFailure>> BatchAsync<T>(string operation, string url, IReadOnlyList<T> entries, Action<Utf8JsonWriter, T> fields, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, AwsLimits.BatchEntries, nameof(entries));
        if (entries.Count == 0) return [];
        var body = await caller.CallAsync(new AwsRequest(AwsService.Sqs, operation, url, SqsBodies.Batch(url, entries, fields)), cancel).ConfigureAwait(false);
        return SqsAnswers.TryFailures(body, entries.Count, out var failures) ? failures : throw Unreadable(operation);
    }

    private Task<ReadOnlyMemory<byte>> CallAsync(string operation, string resource, Action<Utf8JsonWriter> fields, CancellationToken cancel) =>
        caller.CallAsync(new AwsRequest(AwsService.Sqs, operation, resource, SqsBodies.Of(fields)), cancel);

    private static IOException Unreadable(string operation) => new($"the answer to sqs:{operation} is none of SQS; is a proxy between, or the endpoint another service's?");
}
