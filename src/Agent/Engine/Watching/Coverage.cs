namespace Towncrier.Agent.Watching;

/// <summary>
/// Whether the index knows every file of the cache. It does not before the first scan ends, after the kernel dropped
/// events, and while the directory is away. Each reason is a number; a scan covers the reasons from before it began.
/// </summary>
internal sealed class Coverage
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _covered = NewSource();
    private long _wanted = 1;
    private long _reached;

    public bool IsCovered
    {
        get { lock (_lock) return _reached >= _wanted; }
    }

    /// <summary>A scan is due.</summary>
    public bool IsWanted => !IsCovered;

    /// <summary>Something may have been missed.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            if (_reached >= _wanted) _covered = NewSource();
            _wanted++;
        }
    }

    /// <summary>What a scan that begins now will have covered when it ends.</summary>
    public long Begin()
    {
        lock (_lock) return _wanted;
    }

    public void Reach(long wanted)
    {
        TaskCompletionSource? done = null;
        lock (_lock)
        {
            _reached = Math.Max(_reached, wanted);
            if (_reached >= _wanted) done = _covered;
        }

        done?.TrySetResult();
    }

    /// <summary>Completes when everything is covered that was missed up to now; at once when nothing is.</summary>
    public Task WhenCovered()
    {
        lock (_lock) return _reached >= _wanted ? Task.CompletedTask : _covered.Task;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
