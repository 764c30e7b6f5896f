using Towncrier.Host.Configuring.Fleet;
using Towncrier.Wire;

namespace Towncrier.Host.Publishing;

/// <summary>
/// Reads receipts. What keeps them is read from an hour back, so that agents which answered others lately are known by
/// name. Where each is handed to one reader alone, those of others are handed back, and dropped when they are an hour old:
/// nobody waits so long.
/// </summary>
internal sealed class ReceiptReader(ReceiptsInput input, TimeProvider clock) : ISourceContext
{
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(1);

    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when no receipt can be missed any more.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Hands receipts on until it has enough or <paramref name="stop"/>.</summary>
    /// <param name="take">Tells whether the receipt answers its own messages, and whether that is enough.</param>
    /// <exception cref="IOException">The broker cannot be read.</exception>
    public async Task ReadAsync(Func<Receipt, (bool Ours, bool Enough)> take, CancellationToken stop)
    {
        var source = input.Open(clock);
        using var closing = source as IDisposable;
        try
        {
            await foreach (var delivery in source.ReadAsync(this, stop).ConfigureAwait(false))
            {
                var (ours, enough) = ReceiptJson.TryDecode(delivery.Body.Span, out var receipt) ? take(receipt) : default;
                if (ours || !input.OneReader || delivery.SentAt < clock.GetUtcNow() - LookBack) await delivery.CompleteAsync(Nothing, stop).ConfigureAwait(false);
                else await delivery.AbandonAsync("it answers another publication", stop).ConfigureAwait(false);
                if (enough) return;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return; // the time is up
        }
        catch (IOException e)
        {
            _connected.TrySetException(e);
            throw;
        }
    }

    private static readonly InvalidationReport Nothing = new() { Id = "", State = InvalidationState.Applied };

    string? ISourceContext.PositionOf(string channel)
        => input.Since?.Invoke(clock.GetUtcNow() - LookBack);

    void ISourceContext.Keep(string channel, string position)
    {
        // A publisher starts anew each time.
    }

    void ISourceContext.Connected(string channel) => _connected.TrySetResult();

    // What was trimmed or lost shows as an agent that has not answered.
    ValueTask ISourceContext.GapAsync(Gap gap, CancellationToken cancel) => ValueTask.CompletedTask;

    void ISourceContext.Refused(string channel, Refusal refusal)
    {
        // Not a receipt: others may use the stream too.
    }
}
