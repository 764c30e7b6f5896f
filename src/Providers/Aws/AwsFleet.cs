using System.Runtime.CompilerServices;
using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Queues;

namespace Towncrier.Providers.Aws;

/// <summary>
/// The queues of one fleet in one region. Removes only those that an agent made for a host of this fleet, by their tags, and
/// always the subscription first: a topic must not send into a queue that is no more.
/// </summary>
/// <param name="random">Spreads retries.</param>
public sealed class AwsFleet(AwsAccess access, string fleet, TimeProvider clock, Random random) : IDisposable
{
    private static readonly string[] Wanted = ["QueueArn", "CreatedTimestamp", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

    private readonly AwsCaller _caller = new(access, clock, random);

    private SqsClient Sqs => field ??= new SqsClient(_caller);

    private SnsClient Sns => field ??= new SnsClient(_caller);

    /// <summary>Every queue whose name is one of this fleet's, whoever made it; but not those tagged as another fleet's.</summary>
    /// <exception cref="AwsException">Listing, or looking at a queue, was refused.</exception>
    public async IAsyncEnumerable<FleetQueue> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var url in Sqs.ListAsync(QueueName.Prefix(fleet), cancel).ConfigureAwait(false))
            if (await LookAsync(url, cancel).ConfigureAwait(false) is { } queue) yield return queue;
    }

    /// <summary>Removes a queue whose host has not said for <paramref name="unreadFor"/> that it lives. Asks for its tags again right before.</summary>
    /// <param name="queue">As <see cref="ListAsync"/> gave it, some time ago.</param>
    /// <param name="unreadFor">A living host says so every <see cref="AwsSourceOptions.Beat"/>.</param>
    /// <exception cref="AwsException">Something was refused; calling it again does the rest.</exception>
    public async Task<ReapOutcome> ReapAsync(FleetQueue queue, TimeSpan unreadFor, bool dryRun, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(queue);
        if (queue.MadeBy != QueueTags.Agent || queue.Host is null || queue.LastBeat is null) return ReapOutcome.NotAnAgents;
        if (IsAlive(queue.LastBeat)) return ReapOutcome.Alive;
        if (dryRun) return ReapOutcome.WouldBeRemoved;
        try
        {
            var tags = QueueTags.Read(await Sqs.TagsAsync(queue.Url, cancel).ConfigureAwait(false));
            if (!tags.IsAgents(fleet) || tags.Beat is null) return ReapOutcome.NotAnAgents;
            if (IsAlive(tags.Beat)) return ReapOutcome.AliveAgain;
            await RemoveAsync(queue.Url, queue.Arn, tags, cancel).ConfigureAwait(false);
            return ReapOutcome.Removed;
        }
        catch (AwsException e) when (e.IsMissingQueue)
        {
            return ReapOutcome.Gone;
        }

        bool IsAlive(DateTimeOffset? beat) => clock.GetUtcNow() - beat < unreadFor;
    }

    /// <summary>Removes the queue of a host that will not come back. Its agent must have ended: it would make the queue anew.</summary>
    /// <param name="isFifo">It is behind a FIFO topic.</param>
    /// <returns>The queue's name, and whether it was there.</returns>
    /// <exception cref="IOException">No agent made the queue for this host, or something was refused; calling it again does the rest.</exception>
    public async Task<(string Queue, bool WasThere)> LeaveAsync(string host, bool isFifo, CancellationToken cancel)
    {
        var name = QueueName.Of(fleet, host, isFifo);
        try
        {
            if (await QueueSearch.UrlAsync(Sqs, name, cancel).ConfigureAwait(false) is not { } url) return (name, false);
            var tags = QueueTags.Read(await Sqs.TagsAsync(url, cancel).ConfigureAwait(false));
            if (!tags.IsAgents(fleet) || tags.Host != host)
                throw new IOException($"the queue {name} was not made by an agent for the host {host} of the fleet {fleet} (by its tags: made by {tags.MadeBy ?? "nobody"}, host {tags.Host ?? "none"}, fleet {tags.Fleet ?? "none"}); it is left alone");
            var attributes = await Sqs.AttributesAsync(url, Wanted, cancel).ConfigureAwait(false);
            await RemoveAsync(url, attributes.GetValueOrDefault("QueueArn", ""), tags, cancel).ConfigureAwait(false);
            return (name, true);
        }
        catch (AwsException e) when (e.IsMissingQueue)
        {
            return (name, false); // somebody else removed it meanwhile
        }
    }

    public void Dispose() => _caller.Dispose();

    private async Task RemoveAsync(string url, string arn, QueueTags tags, CancellationToken cancel)
    {
        if (await SubscriptionAsync(arn, tags, cancel).ConfigureAwait(false) is { } subscription)
            await Sns.UnsubscribeAsync(subscription, cancel).ConfigureAwait(false);
        await Sqs.DeleteQueueAsync(url, cancel).ConfigureAwait(false);
    }

    // The one that is known; of a host that died before it wrote that down, the one its topic has.
    private async Task<string?> SubscriptionAsync(string arn, QueueTags tags, CancellationToken cancel)
    {
        if (tags.Subscription is { } known) return await TopicSubscription.OfAsync(Sns, known, arn, cancel).ConfigureAwait(false) is null ? null : known;
        if (tags.Topic is not { } topic) return null;
        try
        {
            return await TopicSubscription.FindAsync(Sns, topic, arn, cancel).ConfigureAwait(false);
        }
        catch (AwsException e) when (e.IsMissingTopic)
        {
            return null; // its subscriptions went with it
        }
    }

    private async Task<FleetQueue?> LookAsync(string url, CancellationToken cancel)
    {
        try
        {
            var tags = QueueTags.Read(await Sqs.TagsAsync(url, cancel).ConfigureAwait(false));
            if (tags.Fleet is not null && tags.Fleet != fleet) return null;
            var attributes = await Sqs.AttributesAsync(url, Wanted, cancel).ConfigureAwait(false);
            var arn = attributes.GetValueOrDefault("QueueArn", "");
            return new FleetQueue
            {
                Name = url[(url.LastIndexOf('/') + 1)..],
                Url = url,
                Arn = arn,
                Host = tags.Host,
                MadeBy = tags.MadeBy,
                LastBeat = tags.Beat,
                Created = QueueFigures.Made(attributes),
                Waiting = QueueFigures.Number(attributes, "ApproximateNumberOfMessages") ?? 0,
                Hidden = QueueFigures.Number(attributes, "ApproximateNumberOfMessagesNotVisible") ?? 0,
                Subscription = await StateAsync(tags.Subscription, arn, cancel).ConfigureAwait(false),
            };
        }
        catch (AwsException e) when (e.IsMissingQueue)
        {
            return null; // it went between the list and the look
        }
    }

    private async Task<SubscriptionState> StateAsync(string? subscription, string arn, CancellationToken cancel)
    {
        if (subscription is null) return SubscriptionState.Unknown;
        var there = await TopicSubscription.OfAsync(Sns, subscription, arn, cancel).ConfigureAwait(false);
        return there is null ? SubscriptionState.Gone
            : there.GetValueOrDefault("PendingConfirmation") == "true" ? SubscriptionState.Pending
            : SubscriptionState.Subscribed;
    }
}
