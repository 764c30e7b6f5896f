using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>
/// Messages on their way to the reader: those that arrived, in their order, and those to deliver again, each when its
/// pause is over. Stays over reconnects. Holds only what <see cref="Room"/> was found for, so it is as bounded as that.
/// </summary>
internal sealed class Outbox(TimeProvider clock, Random random)
{
    private readonly Lock _lock = new();
    private readonly Queue<Message> _ready = new();
    private readonly PriorityQueue<Message, long> _later = new(); // by the timestamp it is due at
    private readonly Signal _signal = new();

    public void Add(Message message)
    {
        bool wasEmpty;
        lock (_lock)
        {
            wasEmpty = _ready.Count == 0;
            _ready.Enqueue(message);
        }

        if (wasEmpty) _signal.Pulse();
    }

    public void AddLater(Message message)
    {
        lock (_lock)
        {
            var delay = RetryPolicy.DelayAfter(message.Attempts, random);
            _later.Enqueue(message, clock.GetTimestamp() + (long)(delay.TotalSeconds * clock.TimestampFrequency));
        }

        _signal.Pulse();
    }

    public bool TryTake([NotNullWhen(true)] out RedisDelivery? delivery)
    {
        lock (_lock)
        {
            delivery = null;
            Message? message;
            if (_later.TryPeek(out message, out var due) && due <= clock.GetTimestamp()) _later.Dequeue();
            else if (!_ready.TryDequeue(out message)) return false;
            delivery = new RedisDelivery(message, ++message.Attempts, this);
            return true;
        }
    }

    /// <summary>Returns when there is something to take, and perhaps without.</summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        var next = _signal.Next;
        TimeSpan? delay = null;
        lock (_lock)
        {
            if (_ready.Count > 0) return;
            if (_later.TryPeek(out _, out var due)) delay = clock.GetElapsedTime(clock.GetTimestamp(), due);
        }

        if (delay <= TimeSpan.Zero) return;
        if (delay is null)
        {
            await next.WaitAsync(stop).ConfigureAwait(false);
            return;
        }

        // Rounded up: a timer of less than a millisecond would be spun on.
        using var timer = new CancellationTokenSource(delay.Value + TimeSpan.FromMilliseconds(1), clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        await next.WaitAsync(both.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }
}
