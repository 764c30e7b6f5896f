namespace Towncrier.Providers.AzureServiceBus.Reading;

/// <summary>
/// Messages that were abandoned and wait for their next try. Service Bus would hand one that is abandoned out again at once,
/// so it stays locked here until it is due, and keeps its place in the room. Stays over reconnects; thread-safe.
/// </summary>
internal sealed class Postponed(Ledger ledger, Settler settler, TimeProvider clock) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Held, long> _waiting = new(); // by due timestamp
    private readonly SemaphoreSlim _added = new(0, 1);

    public int Count
    {
        get { lock (_lock) return _waiting.Count; }
    }

    public void Add(Held held, TimeSpan delay)
    {
        lock (_lock)
        {
            _waiting.Enqueue(held, clock.GetTimestamp() + (long)(delay.TotalSeconds * clock.TimestampFrequency));
            if (_added.CurrentCount == 0) _added.Release();
        }
    }

    /// <summary>Hands back what is due, until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            var next = HandBackDue();
            using var sooner = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(_added.WaitAsync(sooner.Token), Task.Delay(next, clock, sooner.Token)).ConfigureAwait(false);
            await sooner.CancelAsync().ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Hands back all of them, at the end.</summary>
    public void HandBackAll()
    {
        lock (_lock)
            while (_waiting.TryDequeue(out var held, out _)) settler.HandBack(ledger.Release(held));
    }

    public void Dispose() => _added.Dispose();

    // How long the next one has to wait.
    private TimeSpan HandBackDue()
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out var held, out var due))
            {
                var left = clock.GetElapsedTime(clock.GetTimestamp(), due);
                if (left > TimeSpan.Zero) return left;
                _waiting.Dequeue();
                settler.HandBack(ledger.Release(held));
            }

            return Timeout.InfiniteTimeSpan;
        }
    }
}
