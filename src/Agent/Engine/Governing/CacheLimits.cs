namespace Towncrier.Agent.Governing;

/// <summary>
/// How large a cache may grow and how it is kept tidy, in the configuration's words. What is null is off; the defaults are
/// those of http_cache_store_disk. Replaceable while the cache is governed.
/// </summary>
public sealed record CacheLimits
{
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);

    public static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    /// <summary>The least that <see cref="MemoryLimit"/> takes as bytes, 64 KiB: what is smaller was meant as something else.</summary>
    public const long LeastBytes = 64 * 1024;

    /// <summary>The used fraction of the file system, as df(1) counts, of bytes or of inodes, above which the least recently used entries go. Default 0.92.</summary>
    public double? DiskLimit { get; init; } = 0.92;

    /// <summary>Default 60 s.</summary>
    public TimeSpan DiskLimitCheckInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Below 1, a fraction of the system's memory in use, or of this process's cgroup where that has a limit: above it,
    /// one entry in a hundred goes at each check, for most of that memory is others'. From 1 on, bytes of the index's live
    /// entries: above it, the least recently used go until it is kept. Default 0.7.
    /// </summary>
    public double? MemoryLimit { get; init; } = 0.7;

    /// <summary>Default 1 s.</summary>
    public TimeSpan MemLimitCheckInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often entries are looked for that are no longer fresh and may not be served stale. Default 3 s.</summary>
    public TimeSpan? ExpiredRespSweepInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often some entries are checked for a file that is gone. Default 2 s.</summary>
    public TimeSpan? OutdatedLruSweepInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a file that is deleted stays readable for who has just been told of it; a store's only. Default 1 s.</summary>
    public TimeSpan DelayBeforeDelete { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most responses that wait to be written; a store's only. Default 50.</summary>
    public int MaxWorkerQueueLen { get; init; } = 50;

    /// <summary>Nothing is limited or swept: what holds for nginx's caches unless something is set, for nginx has limits of its own.</summary>
    public static CacheLimits Off { get; } = new()
    {
        DiskLimit = null,
        MemoryLimit = null,
        ExpiredRespSweepInterval = null,
        OutdatedLruSweepInterval = null,
    };

    /// <summary>Whether anything is left to do.</summary>
    public bool AreOff => DiskLimit is null && MemoryLimit is null && ExpiredRespSweepInterval is null && OutdatedLruSweepInterval is null;

    /// <summary>What cannot be meant, a sentence each; none when all is well.</summary>
    public IEnumerable<string> Problems()
    {
        if (DiskLimit is { } disk && !(disk is > 0 and < 1)) yield return "disk_limit must be a fraction above 0 and below 1";
        if (MemoryLimit is { } memory && !(memory is > 0 and < 1 or >= LeastBytes and <= 1L << 50))
            yield return $"memory_limit must be a fraction above 0 and below 1, or bytes from {LeastBytes} on";
        if (!IsInterval(DiskLimitCheckInterval)) yield return Interval("disk_limit_check_interval");
        if (!IsInterval(MemLimitCheckInterval)) yield return Interval("mem_limit_check_interval");
        if (!IsInterval(ExpiredRespSweepInterval ?? ShortestInterval)) yield return Interval("expired_resp_sweep_interval");
        if (!IsInterval(OutdatedLruSweepInterval ?? ShortestInterval)) yield return Interval("outdated_lru_sweep_interval");
        if (DelayBeforeDelete < TimeSpan.Zero || DelayBeforeDelete > TimeSpan.FromHours(1)) yield return "delay_before_delete must be from 0 to 1h";
        if (MaxWorkerQueueLen is < 1 or > 100_000) yield return "max_worker_queue_len must be from 1 to 100000";
    }

    private static bool IsInterval(TimeSpan interval) => interval >= ShortestInterval && interval <= LongestInterval;

    private static string Interval(string key) => $"{key} must be from 10ms to 1d";
}
