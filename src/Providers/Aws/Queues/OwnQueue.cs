using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>
/// The queue this host makes for itself (<c>queue: auto</c>): with its dead-letter queue, policy, encryption, tags and
/// subscription. Used by one task at a time.
/// </summary>
/// <param name="options">With a topic, and without problems.</param>
internal sealed class OwnQueue(AwsSourceOptions options, SqsClient sqs, SnsClient sns, TimeProvider clock)
{
    private static readonly string[] Everything = ["All"];

    /// <summary>After a beat that failed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly bool _isFifo = QueueReference.IsFifo(options.Topic!);

    private DateTimeOffset _beat; // as the queue's tag has it
    private string? _subscription;
    private bool _isNew; // made or subscribed by us, and not told yet: a later step may fail

    /// <summary>Its name, known before it is there: <c>towncrier-FLEET-HOST</c>, with <c>.fifo</c> behind a FIFO topic.</summary>
    public string Name { get; } = QueueName.Of(options.Fleet, options.Host, QueueReference.IsFifo(options.Topic!));

    /// <summary>
    /// Makes what is missing and returns once the queue is subscribed. Changes nothing that is as it should be. Stopped at
    /// any point, the next call goes on from there.
    /// </summary>
    /// <exception cref="IOException">SQS or SNS refused, or the queue of this name is somebody else's.</exception>
    public async Task<OpenedQueue> OpenAsync(CancellationToken cancel)
    {
        var found = await QueueSearch.UrlAsync(sqs, Name, cancel).ConfigureAwait(false);
        var url = found ?? await MakeAsync(cancel).ConfigureAwait(false);
        var tags = await sqs.TagsAsync(url, cancel).ConfigureAwait(false);
        var has = QueueTags.Read(tags);
        if (Foreign(has) is { } problem) throw new IOException(problem);

        var attributes = await sqs.AttributesAsync(url, Everything, cancel).ConfigureAwait(false);
        if (!Arn.TryParse(attributes.GetValueOrDefault("QueueArn"), "sqs", out var arn)) throw new IOException($"SQS does not tell the ARN of the queue {Name}");
        var deadLetters = await new DeadLetterQueue(options.Fleet, _isFifo, sqs).EnsureAsync(arn, cancel).ConfigureAwait(false);
        var changes = QueueShape.Changes(attributes, QueueShape.Wanted(options, arn.ToString(), deadLetters, _isFifo));
        if (changes.Count > 0) await sqs.SetAttributesAsync(url, changes, cancel).ConfigureAwait(false);

        _isNew |= found is null;
        var (subscription, isSubscribedNow) = await new TopicSubscription(options, sns).EnsureAsync(arn.ToString(), has.Subscription, cancel).ConfigureAwait(false);
        _isNew |= isSubscribedNow;
        _subscription = subscription;
        _beat = has.Beat ?? default;
        var wanted = Tags(has.Beat ?? clock.GetUtcNow(), subscription).Written().Where(tag => tags.GetValueOrDefault(tag.Key) != tag.Value).ToDictionary();
        if (wanted.Count > 0) await sqs.TagAsync(url, wanted, cancel).ConfigureAwait(false);
        var opened = new OpenedQueue(url, arn.ToString(), options.Retention, DeadLetters: true, _isNew, QueueFigures.Made(attributes));
        _isNew = false; // it is told
        return opened;
    }

    /// <summary>
    /// Writes the heartbeat tag every <see cref="AwsSourceOptions.Beat"/> until <paramref name="stop"/>, and looks whether the
    /// queue is still subscribed. A call that fails is not the reader's trouble and is made again.
    /// </summary>
    /// <exception cref="IOException">The subscription is gone: <see cref="OpenAsync"/> makes it again, and that is a gap.</exception>
    public async Task BeatAsync(OpenedQueue queue, CancellationToken stop)
    {
        while (true)
        {
            var due = _beat + options.Beat - clock.GetUtcNow();
            if (due > options.Beat) due = options.Beat; // it was written by a clock that is ahead
            if (due > TimeSpan.Zero) await Task.Delay(due, clock, stop).ConfigureAwait(false);
            var now = clock.GetUtcNow();
            var isSubscribed = true;
            try
            {
                await sqs.TagAsync(queue.Url, new QueueTags(null, null, null, null, now, null).Written(), stop).ConfigureAwait(false);
                _beat = now;
                isSubscribed = _subscription is null || await TopicSubscription.OfAsync(sns, _subscription, queue.Arn, stop).ConfigureAwait(false) is not null;
            }
            catch (IOException)
            {
                await Task.Delay(Pause, clock, stop).ConfigureAwait(false);
            }

            if (!isSubscribed) throw new IOException($"somebody ended the subscription of {queue.Arn} to {options.Topic}; it is made again");
        }
    }

    private async Task<string> MakeAsync(CancellationToken cancel)
    {
        try
        {
            return await sqs.CreateAsync(Name, QueueShape.Made(options, _isFifo), Tags(clock.GetUtcNow(), null).Written(), cancel).ConfigureAwait(false);
        }
        catch (AwsException e) when (QueueSearch.IsDeletedRecently(e.Code))
        {
            throw new IOException($"the queue {Name} was deleted less than 60 s ago, and SQS lets nobody make it anew before that; it is tried again by itself", e);
        }
    }

    private QueueTags Tags(DateTimeOffset beat, string? subscription) => new(options.Fleet, options.Host, QueueTags.Agent, options.Topic, beat, subscription);

    private string? Foreign(QueueTags tags)
    {
        if (tags is not { MadeBy: QueueTags.Agent, Host: not null, Fleet: not null })
            return $"the queue {Name} is there and was not made by an agent (no tag towncrier:made-by=agent with a host), so it is left alone: name it by aws.queue to read it, or delete it, or choose another aws.fleet";
        return tags.Fleet == options.Fleet && tags.Host == options.Host ? null
            : $"the queue {Name} belongs to the host {tags.Host} of the fleet {tags.Fleet}, whose name comes to the same: give this host another name, or the fleet another aws.fleet";
    }
}
