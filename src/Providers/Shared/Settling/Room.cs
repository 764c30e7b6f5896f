namespace Towncrier.Providers;

/// <summary>Places for messages that are received and not settled. Whoever receives takes them first. Thread-safe.</summary>
internal sealed class Room(int most) : IDisposable
{
    private readonly SemaphoreSlim _free = new(most, most);

    public int Free => _free.CurrentCount;

    /// <summary>Waits for one place, and takes as many as there are, <paramref name="wanted"/> at most.</summary>
    public async Task<int> TakeAsync(int wanted, CancellationToken stop)
    {
        await _free.WaitAsync(stop).ConfigureAwait(false);
        var taken = 1;
        while (taken < wanted && await _free.WaitAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false)) taken++;
        return taken;
    }

    public void Give(int places)
    {
        if (places > 0) _free.Release(places);
    }

    public void Dispose() => _free.Dispose();
}
