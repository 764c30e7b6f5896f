namespace Towncrier.Agent.Receiving;

/// <summary>
/// One delivery of several messages. Each is settled by itself; the delivery is once the last one is: given back when
/// one of them was, refused when all were, complete otherwise.
/// </summary>
internal sealed class SharedDelivery(Delivery whole, int count)
{
    private readonly Lock _lock = new();
    private readonly List<InvalidationReport> _reports = [];
    private readonly List<Refusal> _refusals = [];
    private string? _abandoned;
    private string? _firstId;
    private int _answered; // parts that are accepted or refused
    private int _settled;

    public Delivery Part(int index, ReadOnlyMemory<byte> body) => new OnePart(this, whole, index, body);

    // Once each part is either accepted or refused, the sender may be told that the rest is durable.
    private async ValueTask AnswerAsync(string? id, CancellationToken cancel)
    {
        lock (_lock)
        {
            _firstId ??= id;
            if (++_answered < count || _firstId is null) return;
        }

        await whole.AcceptAsync(_firstId, cancel).ConfigureAwait(false);
    }

    private async ValueTask RejectAsync(Refusal refusal, bool isAnswered, CancellationToken cancel)
    {
        if (!isAnswered) await AnswerAsync(null, cancel).ConfigureAwait(false);
        await SettleAsync(() => _refusals.Add(refusal), cancel).ConfigureAwait(false);
    }

    private async ValueTask SettleAsync(Action note, CancellationToken cancel)
    {
        lock (_lock)
        {
            note();
            if (++_settled < count) return;
        }

        if (_abandoned is not null) await whole.AbandonAsync(_abandoned, cancel).ConfigureAwait(false);
        else if (_reports.Count == 0) await whole.RejectAsync(_refusals[0], cancel).ConfigureAwait(false);
        else await whole.CompleteAsync(Together(), cancel).ConfigureAwait(false);
    }

    private InvalidationReport Together() => _reports[0] with
    {
        State = _reports.Exists(report => report.State == InvalidationState.Failed) ? InvalidationState.Failed
            : _reports.Exists(report => report.State == InvalidationState.Applied) ? InvalidationState.Applied
            : _reports.Exists(report => report.State == InvalidationState.Relayed) ? InvalidationState.Relayed
            : InvalidationState.Skipped,
        Matched = _reports.Sum(report => report.Matched),
        Purged = _reports.Sum(report => report.Purged),
        Bytes = _reports.Sum(report => report.Bytes),
        Values = [.. _reports.SelectMany(report => report.Values)],
        Milliseconds = _reports.Max(report => report.Milliseconds),
    };

    private sealed class OnePart(SharedDelivery shared, Delivery whole, int index, ReadOnlyMemory<byte> body) : Delivery
    {
        private bool _isAccepted; // whoever settles it does one after the other

        public override ReadOnlyMemory<byte> Body => body;

        public override string Source => whole.Source;

        public override string? TransportId => whole.TransportId is { } id ? $"{id}-{index}" : null;

        public override DateTimeOffset? SentAt => whole.SentAt;

        public override int Attempt => whole.Attempt;

        public override bool AnswersOnAccept => whole.AnswersOnAccept;

        public override ValueTask AcceptAsync(string id, CancellationToken cancel)
        {
            _isAccepted = true;
            return shared.AnswerAsync(id, cancel);
        }

        public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel)
            => shared.SettleAsync(() => shared._reports.Add(report), cancel);

        public override ValueTask AbandonAsync(string reason, CancellationToken cancel)
            => shared.SettleAsync(() => shared._abandoned ??= reason, cancel);

        public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel) => shared.RejectAsync(refusal, _isAccepted, cancel);
    }
}
