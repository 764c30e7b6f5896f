namespace Towncrier.Agent.Nginx;

/// <summary>What a soft purge leaves in the file.</summary>
/// <param name="UpdatingSeconds">
/// Written where the file has no stale-while-revalidate window: without one, every client that finds the entry expired
/// goes to the origin at once. Default 60.
/// </param>
/// <param name="ErrorSeconds">Written as the stale-if-error window; null keeps the file's own.</param>
internal sealed record SoftExpiry(long UpdatingSeconds = 60, long? ErrorSeconds = null);

/// <summary>
/// Expiring a file in place: the adjacent time fields of its header, written over with one pwrite. nginx reads them
/// anew for each request. The last-modified field is changed too, because nginx drops the header rewrite of a 304 that
/// was under way when that field is no longer what it had read; without this the 304 would undo the purge.
/// </summary>
internal static class Expiry
{
    /// <summary>The most bytes <see cref="Soft"/> and <see cref="Hard"/> write.</summary>
    public const int MaxLength = 32;

    /// <summary>Expired two seconds ago ("until now" would still be served), never later than it already was.</summary>
    /// <returns>The bytes to write at the layout's Valid offset.</returns>
    public static ReadOnlySpan<byte> Soft(CacheHead head, long now, SoftExpiry options, Span<byte> to)
    {
        var times = Copy(head, to);
        var layout = head.Layout;
        layout.WriteWord(times, 0, Math.Min(head.Valid, now - 2));
        if (layout.Updating >= 0)
        {
            if (head.Updating <= 0) layout.WriteWord(times, layout.Updating - layout.Valid, options.UpdatingSeconds);
            if (options.ErrorSeconds is { } error) layout.WriteWord(times, layout.Error - layout.Valid, error);
        }

        return ChangeLastModified(head, times);
    }

    /// <summary>Expired for good: no stale service of any kind is left in the header.</summary>
    public static ReadOnlySpan<byte> Hard(CacheHead head, Span<byte> to)
    {
        var times = Copy(head, to);
        var layout = head.Layout;
        layout.WriteWord(times, 0, 1);
        if (layout.Updating >= 0)
        {
            layout.WriteWord(times, layout.Updating - layout.Valid, 0);
            layout.WriteWord(times, layout.Error - layout.Valid, 0);
        }

        return ChangeLastModified(head, times);
    }

    private static Span<byte> Copy(CacheHead head, Span<byte> to)
    {
        head.Times.CopyTo(to);
        return to[..head.Times.Length];
    }

    private static Span<byte> ChangeLastModified(CacheHead head, Span<byte> times)
    {
        var layout = head.Layout;
        layout.WriteWord(times, layout.LastModified - layout.Valid, head.LastModified == -1 ? 0 : -1);
        return times;
    }
}
