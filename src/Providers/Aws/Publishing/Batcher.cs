using System.Threading.Channels;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Publishing;

/// <summary>
/// Sends what many callers want sent at the same time in few calls: while calls are under way the next batch fills. Each
/// caller gets its own message's result. Its lanes start with the first message and end with <see cref="DisposeAsync"/>.
/// </summary>
/// <param name="sendAsync">Sends a batch, and says which of it failed.</param>
/// <param name="lanes">Calls at a time; one keeps the order.</param>
/// <param name="operation">For the failure of a single entry, such as <c>sns:Publish</c>.</param>
internal sealed class Batcher(
    Func<IReadOnlyList<OutgoingMessage>, CancellationToken, Task<IReadOnlyList<BatchFailure>>> sendAsync, int lanes, string operation) : IAsyncDisposable
{
    /// <summary>Messages that wait; the next caller waits to be one of them. At 256 KiB each some 64 MiB, which are the callers' own.</summary>
    private const int MostWaiting = 256;

    private readonly Lock _lock = new();
    private readonly Channel<Call> _waiting = Channel.CreateBounded<Call>(MostWaiting);
    private readonly CancellationTokenSource _end = new();
    private Task? _running;

    /// <summary>Returns when the message is taken.</summary>
    /// <param name="size">In bytes, attributes included; at most <see cref="AwsLimits.BatchBytes"/>.</param>
    /// <exception cref="IOException">It was refused, or AWS could not be reached.</exception>
    public async Task SendAsync(OutgoingMessage message, int size, CancellationToken cancel)
    {
        Start();
        var call = new Call(message, size, cancel);
        try
        {
            await _waiting.Writer.WriteAsync(call, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(AwsPublisher));
        }

        await call.Answer.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Takes no more messages, sends those that wait, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        if (Running() is { } running) await running.ConfigureAwait(false);
        _end.Dispose();
    }

    private Task? Running()
    {
        lock (_lock) return _running;
    }

    private void Start()
    {
        lock (_lock) _running ??= Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => RunAsync()));
    }

    private async Task RunAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var batch = Take();
            if (batch.Count > 0) await SendAsync(batch).ConfigureAwait(false);
        }
    }

    private List<Call> Take()
    {
        var (batch, size) = (new List<Call>(AwsLimits.BatchEntries), 0);
        lock (_lock)
        {
            while (batch.Count < AwsLimits.BatchEntries && _waiting.Reader.TryPeek(out var next) && size + next.Size <= AwsLimits.BatchBytes && _waiting.Reader.TryRead(out next))
            {
                if (next.Cancel.IsCancellationRequested) continue; // its caller has left before it was sent
                batch.Add(next);
                size += next.Size;
            }
        }

        return batch;
    }

    private async Task SendAsync(List<Call> batch)
    {
        try
        {
            var failures = await sendAsync([.. batch.Select(call => call.Message)], _end.Token).ConfigureAwait(false);
            foreach (var failure in failures)
                batch[failure.Index].Answer.TrySetException(new AwsException(operation, failure.Code, $"{operation} refused the message: {failure.Code}: {failure.Message}", 200, null));
            foreach (var call in batch) call.Answer.TrySetResult();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            foreach (var call in batch) call.Answer.TrySetException(e);
        }
    }

    private sealed record Call(OutgoingMessage Message, int Size, CancellationToken Cancel)
    {
        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
