namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>One delivery of a message. Abandoned, it is delivered again from our memory, after a pause; the broker's own redelivery knows none.</summary>
internal sealed class BusDelivery(Held held, string label, Inbox inbox) : Delivery
{
    private readonly int _attempt = held.Attempts;
    private int _settled;

    public override ReadOnlyMemory<byte> Body => held.Body;

    public override string Source => label;

    public override IReadOnlyDictionary<string, string> Headers => held.Headers;

    public override string? TransportId => held.Id;

    public override DateTimeOffset? SentAt => held.SentAt;

    public override int Attempt => _attempt;

    public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel)
    {
        if (IsFirst()) inbox.Settle(held, Verdict.Done);
        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(string reason, CancellationToken cancel)
    {
        if (IsFirst()) inbox.DeliverAgain(held);
        return ValueTask.CompletedTask;
    }

    public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel)
    {
        if (IsFirst()) inbox.Settle(held, new Verdict(false, $"{refusal.Reason}: {refusal.Message}"));
        return ValueTask.CompletedTask;
    }

    // What comes after the first is nothing: a message must not be settled while its redelivery is being applied.
    private bool IsFirst() => Interlocked.Exchange(ref _settled, 1) == 0;
}
