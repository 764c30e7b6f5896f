namespace Towncrier.Agent.Nginx;

/// <summary>What a soft purge leaves in the file.</summary>
/// <param name="UpdatingSeconds">
/// Written where the file has no stale-while-revalidate window: without one, every client that finds the entry expired
/// goes to the origin at once. Default 60.
/// </param>
/// <param name="ErrorSeconds">Written as the stale-if-error window; null keeps the file's own.</param>
internal sealed record SoftExpiry(long UpdatingSeconds = 60, long? ErrorSeconds = null);

/// <summary>A few bytes and where in the file they go.</summary>
internal readonly ref struct HeaderWrite(int offset, ReadOnlySpan<byte> bytes)
{
    public int Offset { get; } = offset;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}

/// <summary>
/// Expiring a file in place: fields of its header, written over with one pwrite. nginx reads them anew for each request.
/// The last-modified field is changed too, because nginx drops the header rewrite of a 304 that was under way when that
/// field is no longer what it had read; without this the 304 would undo the purge.
/// </summary>
internal static class Expiry
{
    /// <summary>The most bytes <see cref="Soft"/> and <see cref="Hard"/> write.</summary>
    public const int MaxLength = 40;

    /// <summary>Expired two seconds ago ("until now" would still be served), never later than it already was.</summary>
    public static HeaderWrite Soft(CacheHead head, long now, SoftExpiry options, Span<byte> to, out long valid)
    {
        var layout = head.Layout;
        var bytes = Copy(head, layout.Valid, to);
        valid = Math.Min(head.Valid, now - 2);
        layout.WriteWord(bytes, 0, valid);
        if (layout.Updating >= 0)
        {
            if (head.Updating <= 0) layout.WriteWord(bytes, layout.Updating - layout.Valid, options.UpdatingSeconds);
            if (options.ErrorSeconds is { } error) layout.WriteWord(bytes, layout.Error - layout.Valid, error);
        }

        return ChangeLastModified(head, layout.Valid, bytes);
    }

    /// <summary>
    /// Made worthless to nginx, for the time until it notices the unlink: with open_file_cache it goes on reading the
    /// unlinked file, and would serve an expired one stale wherever the configuration allows that. A header of
    /// version 0 is no cache file to it, so it fetches anew.
    /// </summary>
    public static HeaderWrite Hard(CacheHead head, Span<byte> to)
    {
        var layout = head.Layout;
        var bytes = Copy(head, 0, to);
        if (layout.Version != 0) layout.WriteWord(bytes, 0, 0);
        layout.WriteWord(bytes, layout.Valid, 1);
        if (layout.Updating >= 0)
        {
            layout.WriteWord(bytes, layout.Updating, 0);
            layout.WriteWord(bytes, layout.Error, 0);
        }

        return ChangeLastModified(head, 0, bytes);
    }

    private static Span<byte> Copy(CacheHead head, int from, Span<byte> to)
    {
        var times = head.UpToLastModified[from..];
        times.CopyTo(to);
        return to[..times.Length];
    }

    private static HeaderWrite ChangeLastModified(CacheHead head, int from, Span<byte> bytes)
    {
        var layout = head.Layout;
        layout.WriteWord(bytes, layout.LastModified - from, head.LastModified == -1 ? 0 : -1);
        return new HeaderWrite(from, bytes);
    }
}
