namespace Towncrier.Store.Writing;

/// <summary>Lets a few puts write at a time and a few wait; the others are refused at once.</summary>
internal sealed class PutGate(int workers) : IDisposable
{
    private readonly SemaphoreSlim _places = new(workers, workers);
    private int _waiting;

    /// <summary>Puts that wait for a place.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>False when <paramref name="most"/> wait already. Who is let in calls <see cref="Leave"/>.</summary>
    public async ValueTask<bool> TryEnterAsync(int most, CancellationToken cancel)
    {
        if (_places.Wait(0, CancellationToken.None)) return true;
        if (Interlocked.Increment(ref _waiting) > most)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            await _places.WaitAsync(cancel).ConfigureAwait(false);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();
}
