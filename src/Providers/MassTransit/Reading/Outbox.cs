using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>
/// Every message that is not settled: on its way to the reader, with it, or waiting to be delivered again. As bounded as
/// the prefetch. Thread-safe; its lock is a leaf.
/// </summary>
internal sealed class Outbox(TimeProvider clock, Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly HashSet<Held> _all = [];
    private readonly Queue<Held> _ready = new();
    private readonly PriorityQueue<Held, long> _later = new(); // by the timestamp it is due at
    private TaskCompletionSource _changed = NewSignal();

    public int Count
    {
        get
        {
            lock (_lock) return _all.Count;
        }
    }

    /// <summary>When the one arrived that has waited longest; null when all are settled.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_lock) return _all.Count == 0 ? null : _all.Min(held => held.Arrived);
        }
    }

    public void Add(Held held)
    {
        lock (_lock)
        {
            _all.Add(held);
            _ready.Enqueue(held);
            Pulse();
        }
    }

    /// <summary>100 ms, doubling up to 30 s, less up to half of it, so that a batch does not come back in one beat. False when it is not ours any more.</summary>
    public bool AddLater(Held held)
    {
        lock (_lock)
        {
            if (!_all.Contains(held)) return false;
            var longest = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, held.Attempts - 1), LongestPause.TotalSeconds);
            var pause = longest * (1 - (random.NextDouble() / 2));
            _later.Enqueue(held, clock.GetTimestamp() + (long)(pause * clock.TimestampFrequency));
            Pulse();
            return true;
        }
    }

    public void Remove(Held held)
    {
        lock (_lock)
        {
            if (_all.Remove(held)) Pulse();
        }
    }

    /// <summary>Forgets all of them, and returns them.</summary>
    public IReadOnlyList<Held> Clear()
    {
        lock (_lock)
        {
            Held[] all = [.. _all];
            _all.Clear();
            _ready.Clear();
            _later.Clear();
            Pulse();
            return all;
        }
    }

    public IReadOnlyList<Held> Snapshot()
    {
        lock (_lock) return [.. _all];
    }

    /// <summary>The next one for the reader, counted as an attempt.</summary>
    public bool TryTake([NotNullWhen(true)] out Held? held)
    {
        lock (_lock)
        {
            if (_later.TryPeek(out held, out var due) && due <= clock.GetTimestamp()) _later.Dequeue();
            else if (!_ready.TryDequeue(out held)) return false;
            held.Attempts++;
            return true;
        }
    }

    /// <summary>Returns when there may be something to take, or fewer are held.</summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        Task changed;
        TimeSpan? pause = null;
        lock (_lock)
        {
            if (_ready.Count > 0) return;
            changed = _changed.Task;
            if (_later.TryPeek(out _, out var due)) pause = clock.GetElapsedTime(clock.GetTimestamp(), due);
        }

        if (pause <= TimeSpan.Zero) return;
        // Rounded up: a timer of less than a millisecond would be spun on.
        using var timer = pause is { } until ? new CancellationTokenSource(until + TimeSpan.FromMilliseconds(1), clock) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        await changed.WaitAsync(both.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }

    private void Pulse()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
