using System.Globalization;
using Towncrier.Providers.Redis;
using Towncrier.Wire;

namespace Towncrier.Host.Publishing;

/// <summary>
/// Reads receipts. A stream is read from an hour back, so that agents which answered others lately are known by name; a
/// channel from now on.
/// </summary>
internal sealed class ReceiptReader(RedisSourceOptions options, TimeProvider clock) : ISourceContext
{
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(1);

    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when no receipt can be missed any more.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Hands receipts on until it returns true or <paramref name="stop"/>.</summary>
    /// <exception cref="IOException">The broker cannot be read.</exception>
    public async Task ReadAsync(Func<Receipt, bool> take, CancellationToken stop)
    {
        try
        {
            await foreach (var delivery in new RedisSource(options, clock, new Random()).ReadAsync(this, stop).ConfigureAwait(false))
            {
                var done = ReceiptJson.TryDecode(delivery.Body.Span, out var receipt) && take(receipt);
                await delivery.CompleteAsync(Nothing, stop).ConfigureAwait(false);
                if (done) return;
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
        => options.Stream is null ? null : string.Create(CultureInfo.InvariantCulture, $"{(clock.GetUtcNow() - LookBack).ToUnixTimeMilliseconds()}-0");

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
