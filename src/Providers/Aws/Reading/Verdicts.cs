namespace Towncrier.Providers.Aws.Reading;

/// <summary>
/// What becomes of a message once the agent has judged it. While the source is read, a settlement is queued and SQS hears
/// of it soon; once reading was stopped, it is waited for, a little. Stays over reconnects; thread-safe.
/// </summary>
internal sealed class Verdicts(Ledger ledger, Settler settler, Random random, TimeProvider clock) : IVerdicts
{
    /// <summary>How long the end waits for SQS: what it did not hear comes again after its visibility, and is known as a repeat.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The largest maxReceiveCount SQS takes: a message that came more often will not be dead-lettered, and must not go round at once.
    private const int MostReceives = 1000;

    private readonly Lock _chance = new();
    private volatile string? _ended; // the queue's URL, once reading was stopped

    /// <summary>The queue hands poison to a dead-letter queue by itself; null when that is not known.</summary>
    public bool? DeadLetters { get; set; }

    public ValueTask CompleteAsync(Held held, CancellationToken cancel)
    {
        settler.Delete(ledger.Complete(held));
        return AfterwardsAsync(cancel);
    }

    public ValueTask AbandonAsync(Held held, int attempt, CancellationToken cancel)
    {
        int seconds;
        lock (_chance) seconds = RetryDelays.Abandoned(attempt, random);
        settler.HandBack(ledger.Release(held), seconds);
        return AfterwardsAsync(cancel);
    }

    public ValueTask RejectAsync(Held held, int attempt, CancellationToken cancel)
    {
        RejectAgain(ledger.Reject(held), attempt);
        return AfterwardsAsync(cancel);
    }

    /// <summary>Poison goes to the dead-letter queue by being received too often; where there is none, it is deleted.</summary>
    public void RejectAgain(string receipt, int attempt)
    {
        if (DeadLetters == false) settler.Delete(receipt);
        else settler.HandBack(receipt, DeadLetters == true && attempt <= MostReceives ? 0 : RetryDelays.Rejected(attempt));
    }

    public void Begin(bool? deadLetters) => (_ended, DeadLetters) = (null, deadLetters);

    /// <summary>Hands back what was received and never delivered, for the next start to see it at once, and settles what is queued.</summary>
    public async ValueTask EndAsync(string url, IEnumerable<Held> undelivered)
    {
        foreach (var held in undelivered) settler.HandBack(ledger.Release(held), 0);
        _ended = url;
        await AfterwardsAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask AfterwardsAsync(CancellationToken cancel)
    {
        if (_ended is not { } url) return;
        using var timer = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            await settler.FlushAsync(url, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return; // nobody reads who could be told; the messages come again
        }
    }
}
