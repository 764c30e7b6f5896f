using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>
/// <c>towncrier-FLEET-dead</c>: where the queues that a fleet's agents make put what was received too often. One for the
/// fleet, so that there is one place to look at and to alarm on, and what is in it outlives the hosts.
/// </summary>
internal sealed class DeadLetterQueue(string fleet, bool isFifo, SqsClient sqs)
{
    private readonly string _name = QueueName.DeadLetters(fleet, isFifo);

    /// <summary>Makes it unless a queue of its name is there, which is then used as it is, whoever made it.</summary>
    /// <param name="owner">A queue of the same account and region.</param>
    /// <returns>Its ARN.</returns>
    public async Task<string> EnsureAsync(Arn owner, CancellationToken cancel)
    {
        var arn = (owner with { Name = _name }).ToString();
        if (await QueueSearch.UrlAsync(sqs, _name, cancel).ConfigureAwait(false) is not null) return arn;
        var tags = new QueueTags(fleet, Host: null, QueueTags.Agent, Topic: null, Beat: null, Subscription: null);
        try
        {
            await sqs.CreateAsync(_name, QueueShape.DeadLetters(arn, isFifo), tags.Written(), cancel).ConfigureAwait(false);
        }
        catch (AwsException e) when (QueueSearch.IsThereAlready(e.Code))
        {
            // Another agent, perhaps of another version, was quicker.
        }

        return arn;
    }
}
