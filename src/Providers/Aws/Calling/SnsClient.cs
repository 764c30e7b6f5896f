namespace Towncrier.Providers.Aws.Calling;

/// <summary>SNS of one region, over its query protocol. Retries are behind it; safe from several threads.</summary>
internal sealed class SnsClient(AwsCaller caller)
{
    /// <param name="messages">At most 10, together at most <see cref="AwsLimits.BatchBytes"/>.</param>
    /// <returns>Those that failed, by index; the others are published.</returns>
    /// <exception cref="AwsException">As of every call here; NotFound when there is no such topic.</exception>
    public Task<IReadOnlyList<BatchFailure>> PublishAsync(string topic, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancel) => throw new NotImplementedException(caller.ToString());

    /// <returns>The subscription's ARN; that of the one there is when the queue is subscribed with the same attributes.</returns>
    public Task<string> SubscribeAsync(string topic, string queueArn, IReadOnlyDictionary<string, string> attributes, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Does nothing when it is gone already.</summary>
    public Task UnsubscribeAsync(string subscription, CancellationToken cancel) => throw new NotImplementedException();

    public Task<IReadOnlyDictionary<string, string>> SubscriptionAttributesAsync(string subscription, CancellationToken cancel) => throw new NotImplementedException();

    public Task SetSubscriptionAttributeAsync(string subscription, string name, string value, CancellationToken cancel) => throw new NotImplementedException();

    public Task<IReadOnlyDictionary<string, string>> TopicAttributesAsync(string topic, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Every subscription of the topic, over all pages.</summary>
    public IAsyncEnumerable<SnsSubscription> SubscriptionsAsync(string topic, CancellationToken cancel) => throw new NotImplementedException();
}
