namespace Towncrier.Agent.Watching;

/// <summary>How a cache directory is watched.</summary>
internal sealed record WatchOptions
{
    /// <summary>
    /// Threads that scan. Default: as many as processors, at least 2 and at most 16; a warm cache is bound by
    /// processors, a cold one by the disk's queue.
    /// </summary>
    public int ScanThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 16);

    /// <summary>Pause before a directory that could not be watched is tried again. Default 500 ms.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Pause before files that could not be read are tried again, by a scan. Default 5 min.</summary>
    public TimeSpan RecheckAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time without a look at the queue, in milliseconds. Default 60,000: events wake the thread.</summary>
    public int LongestWait { get; init; } = 60_000;
}
