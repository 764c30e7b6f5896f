namespace Towncrier.Host.Configuring;

/// <summary>What a soft purge writes into the cache file beside the end of its validity.</summary>
internal sealed record SoftOptions
{
    /// <summary>
    /// The stale-while-revalidate window given to a file that has none. Default 60 s: without one, nginx sends every
    /// waiting client of a soft-purged page to the origin, even with proxy_cache_lock. 0 gives none. 0 to 168 h.
    /// </summary>
    public TimeSpan Updating { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The stale-if-error window to write; null keeps what the file has, 0 removes it. 0 to 168 h.</summary>
    public TimeSpan? Error { get; init; }

    /// <summary>A week: content older than that is no longer "a little stale".</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(168);
}
