using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>What carries a topic's messages into a queue: raw, and filtered where the options say so.</summary>
internal sealed class TopicSubscription(AwsSourceOptions options, SnsClient sns)
{
    private const string Raw = "RawMessageDelivery";
    private const string Filter = "FilterPolicy";

    // What SNS takes for no filter.
    private const string NoFilter = "{}";

    private readonly string _topic = options.Topic!;

    /// <summary>Subscribes the queue unless it is, puts right what differs, and ends the queue's subscription to another topic.</summary>
    /// <param name="known">The ARN of its subscription as far as is known.</param>
    /// <returns>Its ARN, and whether it may have been made just now.</returns>
    /// <exception cref="IOException">SNS refused, or has not confirmed it.</exception>
    public async Task<(string Arn, bool IsNew)> EnsureAsync(string queue, string? known, CancellationToken cancel)
    {
        if (known is not null && await OfAsync(sns, known, queue, cancel).ConfigureAwait(false) is { } there)
        {
            if (there.GetValueOrDefault("TopicArn") == _topic)
            {
                await PutRightAsync(known, there, cancel).ConfigureAwait(false);
                return (known, false);
            }

            await sns.UnsubscribeAsync(known, cancel).ConfigureAwait(false);
        }

        var arn = await SubscribeAsync(queue, cancel).ConfigureAwait(false);
        if (!arn.StartsWith("arn:", StringComparison.Ordinal))
            throw new IOException($"the subscription of {queue} to {_topic} is not confirmed: the topic's policy has to allow this account sns:Subscribe");
        return (arn, true);
    }

    /// <summary>A subscription's attributes; null when it is gone, or is another queue's.</summary>
    public static async Task<IReadOnlyDictionary<string, string>?> OfAsync(SnsClient sns, string subscription, string queue, CancellationToken cancel)
    {
        try
        {
            var attributes = await sns.SubscriptionAttributesAsync(subscription, cancel).ConfigureAwait(false);
            return attributes.GetValueOrDefault("Endpoint") == queue ? attributes : null;
        }
        catch (AwsException e) when (e.IsMissingTopic)
        {
            return null;
        }
    }

    private async Task<string> SubscribeAsync(string queue, CancellationToken cancel)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { [Raw] = "true" };
        if (options.FilterPolicy is { } filter) attributes[Filter] = filter;
        try
        {
            return await sns.SubscribeAsync(_topic, queue, attributes, cancel).ConfigureAwait(false);
        }
        catch (AwsException e) when (e.Code.StartsWith("InvalidParameter", StringComparison.Ordinal))
        {
            // It is there, with other attributes; if it is not, the refusal was about something else.
            if (await FindAsync(sns, _topic, queue, cancel).ConfigureAwait(false) is not { } found) throw;
            await PutRightAsync(found, await sns.SubscriptionAttributesAsync(found, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
            return found;
        }
    }

    /// <summary>The queue's subscription among those its topic has; null when there is none. A queue has one of a topic at most.</summary>
    /// <exception cref="AwsException">There is no such topic, or it may not be asked.</exception>
    public static async Task<string?> FindAsync(SnsClient sns, string topic, string queue, CancellationToken cancel)
    {
        await foreach (var subscription in sns.SubscriptionsAsync(topic, cancel).ConfigureAwait(false))
            if (subscription.Endpoint == queue) return subscription.Arn;
        return null;
    }

    private async Task PutRightAsync(string arn, IReadOnlyDictionary<string, string> there, CancellationToken cancel)
    {
        if (there.GetValueOrDefault(Raw) != "true") await sns.SetSubscriptionAttributeAsync(arn, Raw, "true", cancel).ConfigureAwait(false);
        var has = there.GetValueOrDefault(Filter) is { Length: > 0 } filter ? filter : NoFilter;
        var wanted = options.FilterPolicy ?? NoFilter;
        if (!QueueShape.IsSame(has, wanted)) await sns.SetSubscriptionAttributeAsync(arn, Filter, wanted, cancel).ConfigureAwait(false);
    }
}
