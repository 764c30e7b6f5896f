namespace Towncrier.Store.Writing;

/// <summary>Lets a few puts write at a time and a few wait; the others are refused at once.</summary>
internal sealed class PutGate(int workers) : IDisposable
{
    private readonly SemaphoreSlim _places = new(workers, workers);
    private readonly CancellationTokenSource _closing = new();
    private int _waiting;

    /// <summary>Puts that wait for a place.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Cancelled once it is closed, for whoever is inside and waits for something.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>False when <paramref name="most"/> wait already. Who is let in calls <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">It is closed, or was while this waited.</exception>
    public async ValueTask<bool> TryEnterAsync(int most, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(DiskStore)); // also when it is disposed of
        if (_places.Wait(0, CancellationToken.None)) return true;
        if (Interlocked.Increment(ref _waiting) > most)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, Closing);
            await _places.WaitAsync(either.Token).ConfigureAwait(false);
            if (!Closing.IsCancellationRequested) return true;
            Leave(); // one that was inside left because of it
            throw new OperationCanceledException(Closing);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            throw new ObjectDisposedException(typeof(DiskStore).FullName);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _places.Release();

    /// <summary>Lets nobody in any more, and returns when the last one has left.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        for (var place = 0; place < workers; place++) await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _places.Dispose();
        _closing.Dispose();
    }
}
