using System.Diagnostics;
using System.Threading.Channels;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Reading;

/// <summary>
/// Completes messages and hands them back, one to a call and several calls at a time. Each holds its place in the
/// <see cref="Room"/> until Service Bus has answered, so the queue is as bounded as that. They stay over reconnects.
/// </summary>
internal sealed class Settler(MessageCalls calls, string entity, Room room, int window)
{
    /// <summary>Calls at a time at the end, when nobody polls any more.</summary>
    private const int Flushers = 16;

    private readonly Channel<Settlement> _waiting = Channel.CreateBounded<Settlement>(new BoundedChannelOptions(window) { AllowSynchronousContinuations = false });

    private int _count;

    /// <summary>Queued now, or with a call under way.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Settlements whose lock was lost: their messages come again, and are known.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    private long _lost;

    public void Complete(string receipt) => Put(new Settlement(receipt, IsDone: true));

    public void HandBack(string receipt) => Put(new Settlement(receipt, IsDone: false));

    /// <summary>Settles until <paramref name="stop"/>. What was not answered then is kept for the next run.</summary>
    /// <exception cref="IOException">A call failed, after its retries.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (await _waiting.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            await SettleAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Settles what is queued, and returns when nothing is.</summary>
    /// <exception cref="IOException">A call failed, after its retries; what is left stays queued.</exception>
    public Task FlushAsync(CancellationToken cancel) => Task.WhenAll(Enumerable.Range(0, Math.Min(Flushers, Math.Max(1, Count))).Select(_ => DrainAsync(cancel)));

    private async Task DrainAsync(CancellationToken cancel)
    {
        while (await SettleAsync(cancel).ConfigureAwait(false)) continue;
    }

    private void Put(Settlement settlement)
    {
        Interlocked.Increment(ref _count);
        Back(settlement);
    }

    private void Back(Settlement settlement)
    {
        var isTaken = _waiting.Writer.TryWrite(settlement);
        Debug.Assert(isTaken, "there is a place in the room for each");
    }

    // False when there was nothing to settle.
    private async Task<bool> SettleAsync(CancellationToken cancel)
    {
        if (!_waiting.Reader.TryRead(out var next)) return false;
        var isSettled = false;
        try
        {
            var isOurs = next.IsDone
                ? await calls.CompleteAsync(entity, next.Receipt, cancel).ConfigureAwait(false)
                : await calls.AbandonAsync(entity, next.Receipt, cancel).ConfigureAwait(false);
            if (!isOurs) Interlocked.Increment(ref _lost);
            isSettled = true;
        }
        catch (ServiceBusException e) when (e.Status == 410)
        {
            isSettled = true; // the subscription went, and the message with it; whoever receives from it hears so
        }
        finally
        {
            if (isSettled)
            {
                Interlocked.Decrement(ref _count);
                room.Give(1);
            }
            else
            {
                Back(next);
            }
        }

        return true;
    }

    private readonly record struct Settlement(string Receipt, bool IsDone);
}
