using System.Globalization;
using System.Runtime.CompilerServices;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>SNS of one region, over its query protocol. Retries are behind it; safe from several threads.</summary>
internal sealed class SnsClient(AwsCaller caller)
{
    /// <summary>At least once: a call whose answer was lost is sent again, and its messages are then there twice unless the topic is FIFO.</summary>
    /// <param name="messages">At most 10, together at most <see cref="AwsLimits.BatchBytes"/>.</param>
    /// <returns>Those that failed, by index; the others are published.</returns>
    /// <exception cref="ArgumentException">A text that AWS would refuse; nothing was sent.</exception>
    /// <exception cref="AwsException">As of every call here; <see cref="AwsException.IsMissingTopic"/> when there is no such topic.</exception>
    /// <exception cref="IOException">As of every call here; AWS was not reached, or did not answer, or there are no credentials.</exception>
    public async Task<IReadOnlyList<BatchFailure>> PublishAsync(string topic, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messages.Count, AwsLimits.BatchEntries, nameof(messages));
        if (messages.Count == 0) return [];
        foreach (var message in messages) MessageText.Require(message);
        var form = new SnsForm("PublishBatch").Add("TopicArn", topic);
        for (var i = 0; i < messages.Count; i++)
        {
            var entry = string.Create(CultureInfo.InvariantCulture, $"PublishBatchRequestEntries.member.{i + 1}");
            form.Add(entry + ".Id", i.ToString(CultureInfo.InvariantCulture));
            form.Add(entry, messages[i]);
        }

        var body = await CallAsync("PublishBatch", topic, form, cancel).ConfigureAwait(false);
        return SnsAnswers.TryFailures(body, "PublishBatch", messages.Count, out var failures) ? failures : throw Unreadable("PublishBatch");
    }

    /// <returns>The subscription's ARN; that of the one there is when the queue is subscribed with the same attributes.</returns>
    public async Task<string> SubscribeAsync(string topic, string queueArn, IReadOnlyDictionary<string, string> attributes, CancellationToken cancel)
    {
        var form = new SnsForm("Subscribe").Add("TopicArn", topic).Add("Protocol", "sqs").Add("Endpoint", queueArn).Add("ReturnSubscriptionArn", "true");
        var count = 0;
        foreach (var (name, value) in attributes)
        {
            var entry = string.Create(CultureInfo.InvariantCulture, $"Attributes.entry.{++count}");
            form.Add(entry + ".key", name).Add(entry + ".value", value);
        }

        var body = await CallAsync("Subscribe", topic, form, cancel).ConfigureAwait(false);
        return SnsAnswers.TryText(body, "Subscribe", "SubscriptionArn", out var arn) ? arn : throw Unreadable("Subscribe");
    }

    /// <summary>Does nothing when it is gone already.</summary>
    public async Task UnsubscribeAsync(string subscription, CancellationToken cancel)
    {
        try
        {
            await CallAsync("Unsubscribe", subscription, new SnsForm("Unsubscribe").Add("SubscriptionArn", subscription), cancel).ConfigureAwait(false);
        }
        catch (AwsException e) when (e.IsMissingTopic)
        {
            return; // it is gone
        }
    }

    public Task<IReadOnlyDictionary<string, string>> SubscriptionAttributesAsync(string subscription, CancellationToken cancel) =>
        AttributesAsync("GetSubscriptionAttributes", "SubscriptionArn", subscription, cancel);

    public Task SetSubscriptionAttributeAsync(string subscription, string name, string value, CancellationToken cancel) => CallAsync(
        "SetSubscriptionAttributes", subscription, new SnsForm("SetSubscriptionAttributes").Add("SubscriptionArn", subscription).Add("AttributeName", name).Add("AttributeValue", value), cancel);

    public Task<IReadOnlyDictionary<string, string>> TopicAttributesAsync(string topic, CancellationToken cancel) =>
        AttributesAsync("GetTopicAttributes", "TopicArn", topic, cancel);

    /// <summary>Every subscription of the topic, over all pages.</summary>
    public async IAsyncEnumerable<SnsSubscription> SubscriptionsAsync(string topic, [EnumeratorCancellation] CancellationToken cancel)
    {
        const string Action = "ListSubscriptionsByTopic";
        for (var token = ""; ;)
        {
            var form = new SnsForm(Action).Add("TopicArn", topic);
            if (token.Length > 0) form.Add("NextToken", token);
            var body = await CallAsync(Action, topic, form, cancel).ConfigureAwait(false);
            if (!SnsAnswers.TryPage(body, Action, out var subscriptions, out token)) throw Unreadable(Action);
            foreach (var subscription in subscriptions) yield return subscription;
            if (token.Length == 0) yield break;
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> AttributesAsync(string action, string parameter, string arn, CancellationToken cancel)
    {
        var body = await CallAsync(action, arn, new SnsForm(action).Add(parameter, arn), cancel).ConfigureAwait(false);
        return SnsAnswers.TryAttributes(body, action, out var attributes) ? attributes : throw Unreadable(action);
    }

    private Task<ReadOnlyMemory<byte>> CallAsync(string action, string resource, SnsForm form, CancellationToken cancel) =>
        caller.CallAsync(new AwsRequest(AwsService.Sns, action, resource, form.Body), cancel);

    private static IOException Unreadable(string action) => new($"the answer to sns:{action} is none of SNS; is a proxy between, or the endpoint another service's?");
}
