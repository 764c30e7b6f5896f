namespace Towncrier.Providers;

/// <summary>One delivery of a message. Abandoned, it comes again from the broker, after a pause.</summary>
internal sealed class HeldDelivery(Held held, string label, IVerdicts verdicts) : Delivery
{
    private readonly int _attempt = held.Attempt;
    private int _settled;

    public override ReadOnlyMemory<byte> Body => held.Body;

    public override string Source => label;

    public override IReadOnlyDictionary<string, string> Headers => held.Headers;

    public override string? TransportId => held.TransportId;

    public override DateTimeOffset? SentAt => held.SentAt > DateTimeOffset.UnixEpoch ? held.SentAt : null;

    public override int Attempt => _attempt;

    // What comes after the first is nothing: its place is given back once.
    public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel) =>
        IsFirst() ? verdicts.CompleteAsync(held, cancel) : ValueTask.CompletedTask;

    public override ValueTask AbandonAsync(string reason, CancellationToken cancel) =>
        IsFirst() ? verdicts.AbandonAsync(held, _attempt, cancel) : ValueTask.CompletedTask;

    public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel) =>
        IsFirst() ? verdicts.RejectAsync(held, _attempt, cancel) : ValueTask.CompletedTask;

    private bool IsFirst() => Interlocked.Exchange(ref _settled, 1) == 0;
}
