namespace Towncrier.Providers.AzureServiceBus.Reading;

/// <summary>
/// What becomes of a message once the agent has judged it. While the source is read, a settlement is queued and Service Bus
/// hears of it soon; once reading was stopped, it is waited for, a little. Stays over reconnects; thread-safe.
/// </summary>
internal sealed class Verdicts(Ledger ledger, Settler settler, Postponed postponed, Room room, int window, Random random, TimeProvider clock) : IVerdicts
{
    /// <summary>How long the end waits for Service Bus: what it did not hear comes again after its lock, and is known as a repeat.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long Service Bus may take to notice that a poll was given up: what is handed back sooner would be locked for that poll.</summary>
    private static readonly TimeSpan HangUp = TimeSpan.FromMilliseconds(100);

    /// <summary>Over REST poison cannot be dead-lettered: it is handed back until it was delivered too often. A subscription that takes more deliveries gets it once a lock.</summary>
    private const int MostAtOnce = 20;

    private readonly Lock _chance = new();
    private volatile bool _hasEnded; // reading was stopped

    public ValueTask CompleteAsync(Held held, CancellationToken cancel)
    {
        settler.Complete(ledger.Complete(held));
        return AfterwardsAsync(cancel);
    }

    /// <summary>Comes again after a pause. Where half of the window waits so already, its lock is left to end by itself, and holds up nobody.</summary>
    public ValueTask AbandonAsync(Held held, int attempt, CancellationToken cancel)
    {
        if (_hasEnded)
        {
            settler.HandBack(ledger.Release(held));
        }
        else if (postponed.Count >= window / 2)
        {
            ledger.Release(held);
            room.Give(1);
        }
        else
        {
            int seconds;
            lock (_chance) seconds = RetryDelays.Abandoned(attempt, random);
            postponed.Add(held, TimeSpan.FromSeconds(seconds));
            if (_hasEnded) postponed.HandBackAll(); // just now: nobody else would
        }

        return AfterwardsAsync(cancel);
    }

    public ValueTask RejectAsync(Held held, int attempt, CancellationToken cancel)
    {
        RejectAgain(ledger.Reject(held), attempt);
        return AfterwardsAsync(cancel);
    }

    /// <summary>Takes over the place of a message that was refused before: Service Bus hears of it once more, or its lock is left to end.</summary>
    public void RejectAgain(string receipt, int attempt)
    {
        if (attempt <= MostAtOnce) settler.HandBack(receipt);
        else room.Give(1);
    }

    public void Begin() => _hasEnded = false;

    /// <summary>Hands back what was received and never delivered, and what waits for its next try, for the next start to see it at once, and settles what is queued.</summary>
    public async ValueTask EndAsync(IReadOnlyCollection<Held> undelivered)
    {
        _hasEnded = true;
        if (undelivered.Count + postponed.Count > 0) await Task.Delay(HangUp, clock).ConfigureAwait(false);
        foreach (var held in undelivered) settler.HandBack(ledger.Release(held));
        postponed.HandBackAll();
        await AfterwardsAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask AfterwardsAsync(CancellationToken cancel)
    {
        if (!_hasEnded) return;
        using var timer = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            await settler.FlushAsync(both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return; // nobody reads who could be told; the messages come again
        }
    }
}
