namespace Towncrier.Store.Cluster;

/// <summary>
/// How much a node that has just come takes of what its peers used last, all of them together, and for how long: the time
/// begins when it hears of the first, however late the channel came. Safe for any thread.
/// </summary>
internal sealed class WarmBudget(int objects, TimeSpan time, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private CancellationTokenSource? _over;
    private int _taken;
    private int _pulled;

    public int Objects => objects;

    /// <summary>Objects that were fetched.</summary>
    public int Pulled
    {
        get { lock (_lock) return _pulled; }
    }

    public bool IsSpent => Pulled >= objects;

    /// <summary>The time is over.</summary>
    public bool IsOver
    {
        get { lock (_lock) return _over?.IsCancellationRequested == true; }
    }

    /// <summary>Begins the time, unless it has begun, and returns what ends with it.</summary>
    public CancellationToken Begin()
    {
        lock (_lock) return (_over ??= new CancellationTokenSource(time, clock)).Token;
    }

    /// <summary>Takes one object out of it, and waits while all that is left is being fetched; false when it is spent.</summary>
    public async ValueTask<bool> TakeAsync(CancellationToken cancel)
    {
        while (!TryTake())
        {
            if (IsSpent) return false;
            await Task.Delay(Look, clock, cancel).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>What became of one that was taken. Only what was fetched is spent.</summary>
    public void Tell(bool isPulled)
    {
        lock (_lock)
        {
            if (isPulled) _pulled++;
            else _taken--;
        }
    }

    public void Dispose() => _over?.Dispose();

    private bool TryTake()
    {
        lock (_lock)
        {
            if (_taken >= objects) return false;
            _taken++;
            return true;
        }
    }
}
