using Microsoft.Extensions.Logging;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;
using Towncrier.Linux;

namespace Towncrier.Agent.Watching;

/// <summary>
/// Keeps the index of one cache directory true: watches first, scans then, and scans again whenever something may have
/// been missed. One thread waits for events; a purge that must not miss what has just been renamed into place handles
/// the queue itself (<see cref="CatchUp"/>). Lock order: the pump's lock, then the index's.
/// </summary>
internal sealed class CacheWatcher(
    CacheRoot root, TagHeaders tags, CacheIndex index, ArrivalHandler arrived, WatchOptions options, TimeProvider clock, ILogger logger)
{
    private readonly Lock _pumpLock = new(); // held while events are handled, disk reads included
    private Inotify? _inotify;
    private EventPump? _pump;
    private WatchTable? _watches;
    private TreeScan? _scan;
    private volatile bool _scanning;
    private long _scanned;
    private long _unreadable;

    public Coverage Coverage { get; } = new();

    /// <summary>What was not indexed, by scans and since, and why.</summary>
    public SkipCounts Skipped { get; } = new();

    /// <summary>Entries the running scan has read; 0 when none runs.</summary>
    public long ScanProgress => _scan?.Progress ?? 0;

    public long Overflows { get; private set; }

    public long Events { get; private set; }

    public int Watches => _watches?.Count ?? 0;

    /// <summary>Why the directory is not watched in full just now; null when it is.</summary>
    public string? Trouble { get; private set; } = "starting";

    /// <summary>
    /// Handles every event that was queued before the call. If some directories cannot be watched, asks for a scan
    /// instead, and coverage is lost until it ends.
    /// </summary>
    public void CatchUp()
    {
        lock (_pumpLock)
        {
            if (_inotify is null || _pump is null) return;
            for (var left = _inotify.Queued; left > 0;)
            {
                var handled = Pump();
                if (handled == 0) break;
                left -= handled;
            }

            if (_watches!.Exhausted && Coverage.IsCovered) Coverage.Lose();
            if (Coverage.IsWanted) _inotify.Wake();
        }
    }

    /// <summary>
    /// Another directory stands at the path than was watched: it is watched and scanned anew. The kernel tells it, too, but not
    /// while anybody has something open below the old one.
    /// </summary>
    public void Replaced()
    {
        lock (_pumpLock)
        {
            if (_inotify is null || _pump is null) return;
            _pump.RootGone = true;
            if (Coverage.IsCovered) Coverage.Lose();
            _inotify.Wake();
        }
    }

    /// <summary>Watches until <paramref name="stop"/>. Blocks its thread. A directory that is missing is waited for.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Watch(stop);
                if (!stop.IsCancellationRequested) Log.Vanished(logger, root.Path);
            }
            catch (LinuxException e)
            {
                if (Trouble != e.Message) Log.Unavailable(logger, root.Path, e.Message);
                Trouble = e.Message;
            }

            Coverage.Lose();
            stop.WaitHandle.WaitOne(options.RetryAfter);
        }
    }

    private void Watch(CancellationToken stop)
    {
        using var inotify = Inotify.Open();
        var watches = new WatchTable(inotify, root);
        using var pump = new EventPump(inotify, watches, root, tags, index, Skipped, arrived);
        var errno = watches.Add(LevelDirectory.Root);
        if (errno != Errno.None) throw new LinuxException("inotify_add_watch", root.Path, errno);
        using var wake = stop.Register(inotify.Wake);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        lock (_pumpLock) (_inotify, _pump, _watches) = (inotify, pump, watches);
        Thread? scanning = null;
        try
        {
            while (!stop.IsCancellationRequested && !pump.RootGone)
            {
                // Not by whether the thread is alive: it wakes this one while it still is, and nobody would ask again.
                if ((Coverage.IsWanted || IsRecheckDue()) && !_scanning)
                {
                    scanning?.Join(); // it has nothing left to do but to return
                    scanning = StartScan(inotify, watches, ended.Token);
                }

                inotify.Wait(options.LongestWait);
                lock (_pumpLock)
                {
                    for (var left = inotify.Queued; left > 0 && !stop.IsCancellationRequested; left -= Math.Max(1, Pump()))
                    {
                    }
                }
            }

            if (pump.RootGone) Trouble = $"{root.Path} was removed, moved or unmounted";
        }
        finally
        {
            ended.Cancel();
            scanning?.Join();
            // Lost before anybody finds nothing to catch up with.
            Coverage.Lose();
            lock (_pumpLock) (_inotify, _pump, _watches) = (null, null, null);
        }
    }

    /// <summary>Rights are given without an event: what could not be read is tried again from time to time.</summary>
    private bool IsRecheckDue() => _unreadable > 0 && clock.GetElapsedTime(_scanned) > options.RecheckAfter;

    private int Pump()
    {
        var handled = _pump!.Once();
        Events = _pump.Events;
        // At once, not when the watching thread gets to it: what is in a directory that took its place is nobody's yet.
        if (_pump.RootGone && Coverage.IsCovered) Coverage.Lose();
        if (!_pump.Overflowed) return handled;
        _pump.Overflowed = false;
        Overflows++;
        Coverage.Lose();
        var limit = KernelLimits.InotifyQueuedEvents;
        Log.Overflow(logger, root.Path, limit);
        return handled;
    }

    private Thread StartScan(Inotify inotify, WatchTable watches, CancellationToken stop)
    {
        _scanning = true;
        var thread = new Thread(() => Scan(inotify, watches, stop)) { IsBackground = true, Name = "towncrier-scan" };
        thread.Start();
        return thread;
    }

    private void Scan(Inotify inotify, WatchTable watches, CancellationToken stop)
    {
        try
        {
            var covers = Coverage.Begin();
            var began = clock.GetTimestamp();
            index.BeginRescan();
            watches.Exhausted = false;
            _scan = new TreeScan(root, tags, Take) { BeforeListing = directory => watches.Add(directory) };
            var tally = _scan.Run(options.ScanThreads, stop);
            index.SweepUnseen();
            var seconds = clock.GetElapsedTime(began).TotalSeconds;
            Tell(tally, seconds);
            if (watches.Exhausted)
            {
                Trouble = "no inotify watches left: raise fs.inotify.max_user_watches";
                var limit = KernelLimits.InotifyWatches;
                Log.WatchLimit(logger, root.Path, limit);
            }

            CatchUp(); // a file that was renamed while its directory was listed is known by its event only
            Coverage.Reach(covers);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (LinuxException e)
        {
            Trouble = e.Message;
            Log.Unavailable(logger, root.Path, e.Message);
            stop.WaitHandle.WaitOne(options.RetryAfter);
        }
        finally
        {
            _scan = null;
            _scanning = false;
            inotify.Wake();
        }
    }

    private void Tell(ScanTally tally, double seconds)
    {
        foreach (var (reason, count) in tally.Skipped) Skipped.Add(reason, count);
        var skipped = string.Join(", ", tally.Skipped.Select(s => $"{s.Count} {SkipReasons.Name(s.Reason)}"));
        Log.Scanned(logger, root.Path, tally.Entries, seconds, skipped.Length == 0 ? "nothing" : skipped);
        _scanned = clock.GetTimestamp();
        _unreadable = tally.Skipped.Where(s => s.Reason == SkipReason.Unreadable).Sum(s => s.Count);
        Trouble = _unreadable == 0 ? null : $"{_unreadable} files or directories cannot be read by {Environment.UserName}: they cannot be purged; run the agent as nginx's worker user";
        if (Trouble is not null) Log.Unreadable(logger, root.Path, Trouble);
    }

    private void Take(FactsBatch batch)
    {
        index.PutScanned(batch);
        foreach (var facts in batch) arrived(facts);
    }
}
