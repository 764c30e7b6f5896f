namespace Towncrier.Providers.Redis.Reading;

/// <summary>One delivery of a message. Abandoned, the message is delivered again, from our memory and after a pause.</summary>
internal sealed class RedisDelivery(Message message, int attempt, Outbox outbox) : Delivery
{
    private int _settled;

    public override ReadOnlyMemory<byte> Body => message.Body;

    public override string Source => message.Label;

    public override string? TransportId => message.TransportId;

    public override DateTimeOffset? SentAt => message.SentAt;

    public override int Attempt => attempt;

    public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel) => Settle(again: false);

    public override ValueTask AbandonAsync(string reason, CancellationToken cancel) => Settle(again: true);

    public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel) => Settle(again: false);

    // What comes after the first is nothing: a message must not be settled while its redelivery is being applied.
    private ValueTask Settle(bool again)
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0) return ValueTask.CompletedTask;
        if (again) outbox.AddLater(message);
        else message.Settle();
        return ValueTask.CompletedTask;
    }
}
