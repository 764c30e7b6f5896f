namespace Towncrier.Agent.Receiving;

/// <summary>One id in the dedupe window. Everything in it is guarded by the window's lock.</summary>
internal sealed class DedupeEntry(string id)
{
    private static readonly Dictionary<string, long> NoOutcomes = [];

    private TaskCompletionSource<InvalidationReport>? _waiters;
    private TaskCompletionSource? _durableWaiters;
    private bool _durable;

    public string Id => id;

    /// <summary>The latest there is: pending, and at first without numbers, while it is in progress.</summary>
    public InvalidationReport Report { get; private set; } = new() { Id = id, State = InvalidationState.Pending, Outcomes = NoOutcomes };

    public bool IsFinished => Report.State != InvalidationState.Pending;

    /// <summary>Timestamp of the window's clock.</summary>
    public long FinishedAt { get; private set; }

    /// <summary>About what the report's values and outcomes take, in bytes; 0 when they are gone.</summary>
    public long ReportBytes { get; private set; }

    /// <summary>The report, now or later. Cancelled when the first is forgotten.</summary>
    public Task<InvalidationReport> Result()
    {
        if (IsFinished) return Task.FromResult(Report);
        // Continuations run elsewhere, never under the lock or on the applier's time.
        _waiters ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiters.Task;
    }

    /// <summary>Who waits for the report, to be told outside of the lock; null when nobody does.</summary>
    public TaskCompletionSource<InvalidationReport>? TakeWaiters()
    {
        var waiters = _waiters;
        _waiters = null;
        return waiters;
    }

    /// <summary>Completes when the first one is durable or finished. Cancelled when it is forgotten.</summary>
    public Task WhenDurable()
    {
        if (_durable || IsFinished) return Task.CompletedTask;
        _durableWaiters ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _durableWaiters.Task;
    }

    /// <summary>Who waits for it to be durable, to be told outside of the lock.</summary>
    public TaskCompletionSource? TakeDurableWaiters(bool durable)
    {
        _durable |= durable;
        var waiters = _durableWaiters;
        _durableWaiters = null;
        return waiters;
    }

    public void Progress(InvalidationReport pending) => Report = pending;

    public void Finish(InvalidationReport report, long at, long bytes) => (Report, FinishedAt, ReportBytes) = (report, at, bytes);

    /// <summary>Keeps the totals of the report only.</summary>
    public void Shorten()
    {
        Report = Report with { Values = [], Outcomes = NoOutcomes };
        ReportBytes = 0;
    }

    /// <summary>About what a report's details take: UTF-16 text, and the objects around it.</summary>
    public static long BytesOf(InvalidationReport report)
    {
        var bytes = 100L * report.Outcomes.Count;
        foreach (var value in report.Values) bytes += 110 + 2L * (value.Value.Length + (value.Error?.Length ?? 0));
        return bytes;
    }
}
