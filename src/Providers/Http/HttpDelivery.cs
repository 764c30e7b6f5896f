namespace Towncrier.Providers.Http;

/// <summary>One message of one request. The agent settles it; the request waits for as much of that as it asked for.</summary>
internal sealed class HttpDelivery(ReadOnlyMemory<byte> body, bool answersOnAccept, IReadOnlyDictionary<string, string>? headers = null) : Delivery
{
    // Continuations run elsewhere: the agent must never find itself writing a response within CompleteAsync.
    private readonly TaskCompletionSource<Fate> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Fate> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ReadOnlyMemory<byte> Body { get; } = body;

    public override IReadOnlyDictionary<string, string> Headers => headers ?? base.Headers;

    public override string Source => HttpSource.SourceName;

    public override bool AnswersOnAccept { get; } = answersOnAccept;

    private string? Id => _accepted.Task.IsCompletedSuccessfully ? _accepted.Task.Result.Id : null;

    public override ValueTask AcceptAsync(string id, CancellationToken cancel)
    {
        _accepted.TrySetResult(new Fate(FateKind.Accepted, id));
        return ValueTask.CompletedTask;
    }

    public override ValueTask CompleteAsync(InvalidationReport report, CancellationToken cancel) => Settle(Fate.Completed(report));

    public override ValueTask AbandonAsync(string reason, CancellationToken cancel) => Settle(Fate.Abandoned(Id, reason));

    public override ValueTask RejectAsync(Refusal refusal, CancellationToken cancel) => Settle(Fate.Rejected(Id, refusal));

    /// <summary>
    /// What to tell the sender: with <see cref="AnswersOnAccept"/> once it is accepted, else once it is settled, and at
    /// the latest at <paramref name="deadline"/>. The delivery itself goes on whatever the deadline.
    /// </summary>
    public async Task<Fate> AnswerAsync(CancellationToken deadline)
    {
        var awaited = AnswersOnAccept ? _accepted.Task : _settled.Task;
        await ((Task)awaited.WaitAsync(deadline)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // What was settled just before the deadline is told, even where the deadline was noticed first.
        if (!awaited.IsCompleted)
            return Id is { } id ? new Fate(FateKind.Pending, id) : Fate.Abandoned(null, "the agent did not get to it in time");
        var fate = await awaited.ConfigureAwait(false);
        return AnswersOnAccept && fate.Kind == FateKind.Completed ? new Fate(FateKind.Accepted, fate.Id) : fate;
    }

    private ValueTask Settle(Fate fate)
    {
        _settled.TrySetResult(fate);
        _accepted.TrySetResult(fate);
        return ValueTask.CompletedTask;
    }
}
