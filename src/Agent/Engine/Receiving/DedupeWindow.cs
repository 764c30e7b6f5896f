using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Agent.Receiving;

/// <summary>
/// Which ids were seen lately and what became of them, so that a redelivery is answered and not applied again. Bounded
/// by count and age: the oldest finished goes first. One in progress is never let go, so whoever begins bounds how
/// many it has in progress. Thread-safe; one short lock, under which nothing is called.
/// </summary>
internal sealed class DedupeWindow(DedupeOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DedupeEntry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<DedupeEntry> _finished = new();   // oldest first; may hold entries that were replaced
    private readonly Queue<DedupeEntry> _detailed = new();   // those whose reports are whole, oldest first
    private long _detailBytes;

    /// <summary>Ids that are remembered, with those in progress.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>
    /// True for the first of an id: the caller applies it, and ends with <see cref="Complete"/> or <see cref="Forget"/>.
    /// False for a duplicate: <paramref name="first"/> gives the first one's report, now or when it is finished, and is
    /// cancelled when that one is forgotten; the duplicate is then abandoned like it. An id that finished as
    /// <see cref="InvalidationState.Failed"/> may begin again.
    /// </summary>
    public bool TryBegin(string id, [NotNullWhen(false)] out Task<InvalidationReport>? first)
    {
        lock (_lock)
        {
            Evict();
            if (_entries.TryGetValue(id, out var entry) && entry.Report.State != InvalidationState.Failed)
            {
                first = entry.Result();
                return false;
            }

            _entries[id] = new DedupeEntry(id);
            first = null;
            return true;
        }
    }

    /// <summary>It is in the journal: whoever sends it again may be told that it will be applied.</summary>
    public void MarkDurable(string id)
    {
        TaskCompletionSource? waiters = null;
        lock (_lock) waiters = _entries.GetValueOrDefault(id)?.TakeDurableWaiters(durable: true);
        waiters?.TrySetResult();
    }

    /// <summary>Completes when the first of an id is durable or finished; at once when it is not known. Cancelled when it is forgotten.</summary>
    public Task WhenDurable(string id)
    {
        lock (_lock) return _entries.GetValueOrDefault(id)?.WhenDurable() ?? Task.CompletedTask;
    }

    /// <summary>
    /// It is finished. A report that is still pending finishes nothing: <see cref="TryGet"/> shows it, and duplicates
    /// go on waiting.
    /// </summary>
    public void Complete(string id, InvalidationReport report)
    {
        TaskCompletionSource<InvalidationReport>? waiters = null;
        TaskCompletionSource? durable = null;
        var bytes = DedupeEntry.BytesOf(report);
        lock (_lock)
        {
            var found = _entries.TryGetValue(id, out var entry);
            if (report.State == InvalidationState.Pending)
            {
                if (found && !entry!.IsFinished) entry.Progress(report);
                return;
            }

            waiters = entry?.TakeWaiters();
            durable = entry?.TakeDurableWaiters(durable: true);
            // A second ending of the same id is a new entry; the first is skipped when its turn in the queue comes.
            if (!found || entry!.IsFinished) _entries[id] = entry = new DedupeEntry(id);
            entry.Finish(report, clock.GetTimestamp(), bytes);
            _finished.Enqueue(entry);
            _detailed.Enqueue(entry);
            _detailBytes += bytes;
            Evict();
        }

        waiters?.TrySetResult(report);
        durable?.TrySetResult();
    }

    /// <summary>It failed or was abandoned: its redelivery is the first again. Nothing happens to an unknown id.</summary>
    public void Forget(string id)
    {
        TaskCompletionSource<InvalidationReport>? waiters = null;
        TaskCompletionSource? durable = null;
        lock (_lock)
        {
            if (_entries.Remove(id, out var entry)) (waiters, durable) = (entry.TakeWaiters(), entry.TakeDurableWaiters(durable: false));
        }

        waiters?.TrySetCanceled(); // first: who waits for both then sees that nothing came of it
        durable?.TrySetCanceled();
    }

    /// <summary>
    /// Remembers what was finished before a restart, for as long as if it were finished now. Oldest first. What was
    /// still pending is not remembered: its redelivery is applied.
    /// </summary>
    public void Restore(string id, InvalidationReport report) => Complete(id, report);

    /// <summary>What became of it, or how far it is; false when it is not, or no longer, remembered.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out InvalidationReport? report)
    {
        lock (_lock)
        {
            Evict();
            report = _entries.GetValueOrDefault(id)?.Report;
            return report is not null;
        }
    }

    /// <summary>For tests: the queues and the map agree and are bounded.</summary>
    internal void CheckIntegrity()
    {
        lock (_lock)
        {
            var inProgress = _entries.Values.Count(entry => !entry.IsFinished);
            var live = _finished.Where(IsCurrent).ToList();
            Trace.Assert(live.Count == live.Distinct().Count(), "an id is queued once");
            Trace.Assert(live.Count + inProgress == _entries.Count, "every finished id is queued");
            Trace.Assert(_finished.Count <= options.MaxIds, "the queue is bounded");
            Trace.Assert(_detailed.Count <= options.MaxReports, "the reports are bounded");
            Trace.Assert(_detailBytes == _detailed.Sum(entry => entry.ReportBytes), "the bytes are counted");
            Trace.Assert(_detailBytes <= options.MaxReportBytes, "the bytes are bounded");
        }
    }

    // Each call removes what the calls since the last one added: constant time, spread over them.
    private void Evict()
    {
        while (_detailed.Count > options.MaxReports || _detailBytes > options.MaxReportBytes)
        {
            var entry = _detailed.Dequeue();
            _detailBytes -= entry.ReportBytes;
            entry.Shorten();
        }

        while (_finished.TryPeek(out var oldest))
        {
            var isOld = clock.GetElapsedTime(oldest.FinishedAt) > options.RememberFor;
            if (!isOld && _finished.Count <= options.MaxIds && _entries.Count <= options.MaxIds) break;
            _finished.Dequeue();
            if (IsCurrent(oldest)) _entries.Remove(oldest.Id);
        }
    }

    private bool IsCurrent(DedupeEntry entry) => _entries.TryGetValue(entry.Id, out var current) && ReferenceEquals(current, entry);
}
