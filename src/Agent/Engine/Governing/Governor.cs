using Microsoft.Extensions.Logging;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Observing;
using Towncrier.Agent.Purging;

namespace Towncrier.Agent.Governing;

/// <summary>
/// Keeps one cache within its limits, and tidy. One sweep at a time, on one thread: the disk's and the memory's limits, what
/// expired, and what is gone. Nothing runs before the first scan has ended, for victims of half an index would be chance's.
/// </summary>
internal sealed class Governor : IDisposable
{
    /// <summary>Between looks at which files are opened, while a limit is near.</summary>
    private static readonly TimeSpan LookAtOpens = TimeSpan.FromSeconds(1);

    private readonly GovernedCache _cache;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Purger _purger;
    private readonly FileLook _look;
    private readonly OpenSample _opened;
    private readonly DiskSweep _disk;
    private readonly MemorySweep _memory;
    private readonly ExpiredSweep _expired;
    private readonly OutdatedSweep _outdated;
    private readonly Schedule _diskDue = new();
    private readonly Schedule _memoryDue = new();
    private readonly Schedule _expiredDue = new();
    private readonly Schedule _outdatedDue = new();
    private readonly Schedule _opensDue = new();
    private readonly Alarm _alarm;
    private readonly SavedOrder? _saved;
    private CacheLimits _limits;
    private DiskPressure _pressure;
    private bool _told;
    private int _nudged;

    /// <param name="system">Where the system's memory is read; null for this machine's.</param>
    public Governor(GovernedCache cache, CacheLimits limits, TimeProvider clock, Random random, ILogger logger, SystemMemory? system = null)
    {
        (_cache, _limits, _clock, _logger) = (cache, limits, clock, logger);
        _alarm = new Alarm(clock);
        _purger = new Purger(cache.Root, cache.Index, cache.Tags, new SoftExpiry(), clock);
        _opened = new OpenSample(cache.Root, cache.Index.Rows, clock, random);
        _look = new FileLook(cache.Root, _opened);
        var evictor = new Evictor(cache, _purger);
        IVictims victims = cache.Index.Order is { } order ? new OldestVictims(order) : new SampledVictims(cache.Index.Rows, _look.TryLook, random);
        _disk = new DiskSweep(cache, _look, victims, evictor);
        _memory = new MemorySweep(cache, _look, victims, evictor, system ?? new SystemMemory(), logger);
        _expired = new ExpiredSweep(cache, evictor);
        _outdated = new OutdatedSweep(cache, _look);
        if (cache is { Index.Order: { } kept, OrderFile: { } file }) _saved = new SavedOrder(file, kept, logger);
    }

    /// <summary>Replaceable at any moment, from any thread. They hold at once: the disk is looked at, and intervals begin anew.</summary>
    public CacheLimits Limits
    {
        get => Volatile.Read(ref _limits);
        set
        {
            Volatile.Write(ref _limits, value);
            Nudge();
        }
    }

    /// <summary>The disk is to be looked at now: it was found full, or much was written since the last look. Returns at once; from any thread.</summary>
    public void Nudge()
    {
        Volatile.Write(ref _nudged, 1);
        _alarm.Ring();
    }

    /// <summary>Governs until <paramref name="stop"/>, on a thread of its own.</summary>
    public Task RunAsync(CancellationToken stop)
        => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        _purger.Dispose();
        _look.Dispose();
        _opened.Dispose();
    }

    private void Run(CancellationToken stop)
    {
        using var stopping = stop.Register(_alarm.Ring);
        if (!IsCovered(stop)) return;
        _saved?.Restore();
        try
        {
            while (!stop.IsCancellationRequested) _alarm.Wait(Sweep(Limits, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            _opened.Rest();
        }

        _saved?.Save();
    }

    private bool IsCovered(CancellationToken stop)
    {
        try
        {
            _cache.Coverage.WhenCovered().Wait(stop);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Runs what is due.</summary>
    /// <returns>Until something is due again; null when everything is off.</returns>
    private TimeSpan? Sweep(CacheLimits limits, CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _nudged, 0) != 0) _diskDue.Hasten();
        TimeSpan? disk = limits.DiskLimit is null ? null : limits.DiskLimitCheckInterval;
        TimeSpan? memory = limits.MemoryLimit is null ? null : limits.MemLimitCheckInterval;
        if (disk is null) _pressure = DiskPressure.None;
        Due(_outdatedDue, limits.OutdatedLruSweepInterval, _outdated.Run);
        Due(_expiredDue, limits.ExpiredRespSweepInterval, () => _expired.Run(_clock.GetUtcNow().ToUnixTimeSeconds(), stop));
        Due(_memoryDue, memory, () => _memory.Run(limits.MemoryLimit!.Value, stop));
        Due(_diskDue, disk, () => CheckDisk(limits.DiskLimit!.Value, stop));
        TimeSpan? opens = _pressure == DiskPressure.None || _cache.Index.Order is not null ? null : LookAtOpens;
        Due(_opensDue, opens, _opened.Turn);
        if (opens is null) _opened.Rest();
        _look.Dispose(); // the directory is opened anew for each round: an open one would keep it from being unmounted
        return new[]
        {
            _outdatedDue.Left(limits.OutdatedLruSweepInterval, _clock), _expiredDue.Left(limits.ExpiredRespSweepInterval, _clock),
            _memoryDue.Left(memory, _clock), _diskDue.Left(disk, _clock), _opensDue.Left(opens, _clock),
        }.Min();
    }

    private void Due(Schedule schedule, TimeSpan? interval, Action run)
    {
        if (!schedule.IsDue(interval, _clock)) return;
        run();
        schedule.Ran(_clock);
    }

    private void CheckDisk(double limit, CancellationToken stop)
    {
        _pressure = _disk.Run(limit, stop);
        if (_pressure != DiskPressure.Over)
        {
            _told = false;
            return;
        }

        if (!_told) Log.DiskStaysFull(_logger, _cache.Root.Path, limit);
        _told = true;
    }
}
