using System.Threading.Channels;

namespace Towncrier.Providers;

/// <summary>
/// Sends what many callers want sent at the same time in few calls: while calls are under way the next batch fills. Each
/// caller gets its own message's result. Its lanes start with the first message and end with <see cref="DisposeAsync"/>.
/// </summary>
/// <param name="sendAsync">Sends a batch, and says which of it failed, by index, and why.</param>
/// <param name="lanes">Calls at a time; one keeps the order.</param>
/// <param name="operation">For what was given up, such as <c>sns:Publish</c>.</param>
/// <param name="mostEntries">Of a batch.</param>
/// <param name="mostBytes">Of a batch.</param>
internal sealed class Batcher<T>(
    Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<(int Index, IOException Error)>>> sendAsync, int lanes, string operation, int mostEntries, int mostBytes, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>How long closing waits for what was given before: some tries of a call.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Messages that wait; the next caller waits to be one of them. At 256 KiB each some 64 MiB, which are the callers' own.</summary>
    private const int MostWaiting = 256;

    private readonly Lock _lock = new();
    private readonly Channel<Call> _waiting = Channel.CreateBounded<Call>(MostWaiting);
    private readonly CancellationTokenSource _end = new(Timeout.InfiniteTimeSpan, clock);
    private Task? _running;

    /// <summary>Returns when the message is taken.</summary>
    /// <param name="size">In bytes, with what goes beside it; one that is as large as a batch, or larger, goes alone.</param>
    /// <exception cref="IOException">It was refused, or the broker could not be reached.</exception>
    public async Task SendAsync(T message, int size, CancellationToken cancel)
    {
        Start();
        var call = new Call(message, Math.Min(size, mostBytes), cancel);
        try
        {
            await _waiting.Writer.WriteAsync(call, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(operation);
        }

        await call.Answer.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Takes no more messages, sends those that wait, and ends; what is not sent in a while fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_waiting.Writer.TryComplete()) return;
        _end.CancelAfter(Patience);
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
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                var batch = Take();
                if (batch.Count > 0) await SendAsync(batch).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            while (Take() is { Count: > 0 } left) Fail(left);
        }
    }

    private List<Call> Take()
    {
        var (batch, size) = (new List<Call>(mostEntries), 0);
        lock (_lock)
        {
            while (batch.Count < mostEntries && _waiting.Reader.TryPeek(out var next) && size + next.Size <= mostBytes && _waiting.Reader.TryRead(out next))
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
            foreach (var (index, error) in failures) batch[index].Answer.TrySetException(error);
            foreach (var call in batch) call.Answer.TrySetResult();
        }
        catch (IOException e)
        {
            foreach (var call in batch) call.Answer.TrySetException(e);
        }
        finally
        {
            Fail(batch); // closed, or a bug: nobody may wait for ever
        }
    }

    private void Fail(List<Call> batch)
    {
        foreach (var call in batch.Where(call => !call.Answer.Task.IsCompleted))
            call.Answer.TrySetException(new IOException($"{operation} was given up when the publisher was closed; the message may have been sent"));
    }

    private sealed record Call(T Message, int Size, CancellationToken Cancel)
    {
        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
