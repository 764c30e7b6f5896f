namespace Towncrier.Providers.Redis.Reading;

/// <summary>How much of the memory that is allowed is taken. Thread-safe; one takes and anybody gives back.</summary>
internal sealed class Room(long most)
{
    private readonly Signal _freed = new();
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    public long Left => most - Taken;

    /// <summary>May go beyond the bound, by the last one taken.</summary>
    public void Take(long cost) => Interlocked.Add(ref _taken, cost);

    public void Free(long cost)
    {
        // Whoever waits has seen it full; nobody needs waking as long as it was not.
        if (Interlocked.Add(ref _taken, -cost) + cost >= most) _freed.Pulse();
    }

    public async ValueTask WaitAsync(CancellationToken stop)
    {
        while (true)
        {
            var freed = _freed.Next;
            if (Left > 0) return;
            await freed.WaitAsync(stop).ConfigureAwait(false);
        }
    }
}
