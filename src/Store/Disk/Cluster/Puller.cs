using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Reading;
using Towncrier.Store.Writing;

namespace Towncrier.Store.Cluster;

/// <summary>What became of one object that a peer has.</summary>
internal enum PullResult
{
    Pulled,

    /// <summary>It is here already, as new or newer.</summary>
    Here,

    /// <summary>The peer does not have it any more, it has expired, or it was invalidated.</summary>
    Gone,

    /// <summary>It is no whole object of that name.</summary>
    Invalid,

    NoSpace,

    /// <summary>The peer could not be reached, several times, or answers something else. It is asked again when it is heard of.</summary>
    Failed,
}

/// <summary>Fetches single objects that this node lacks, judges them by their own heads, and puts them in place. Safe for any thread.</summary>
/// <param name="full">Told that the disk has no room.</param>
internal sealed class Puller(Cache cache, StoreDirectory directory, ObjectWriter writer, PeerFiles files, Action full, TimeProvider clock)
{
    /// <summary>Why an object is not fetched; null when it is wanted.</summary>
    public PullResult? Unwanted(EntryName name, SharedObject offered)
    {
        if (offered.Expires <= clock.GetUtcNow().ToUnixTimeMilliseconds()) return PullResult.Gone;
        return IsHere(name, offered.Stored) ? PullResult.Here : null;
    }

    /// <exception cref="IOException">The peer cannot be reached, answers something else, or broke off; or this disk failed.</exception>
    public async Task<PullResult> PullAsync(Uri address, SharedObject offered, EntryName name, CancellationToken stop)
    {
        if (Unwanted(name, offered) is { } result) return result;
        var (file, errno) = await files.FetchAsync(address, offered.Variant, stop).ConfigureAwait(false);
        using (file) return file is not null ? Adopt(file, name) : errno == Errno.None ? PullResult.Gone : Problem(errno);
    }

    private PullResult Adopt(TempFile file, EntryName name)
    {
        using var head = new ReadBuffer();
        if (!head.TryFill(file.File, out var length) || !IsWholeObject(head.Span, length, name, out var expires)) return PullResult.Invalid;
        if (expires <= clock.GetUtcNow().ToUnixTimeMilliseconds()) return PullResult.Gone;
        var placed = writer.Adopt(file, head.Span, name);
        if (placed.Errno != Errno.None) return Problem(placed.Errno);
        return placed.IsInPlace ? PullResult.Pulled : placed.IsInvalidated ? PullResult.Gone : PullResult.Here;
    }

    // By its own head alone: what the peer said of it is not believed.
    private static bool IsWholeObject(ReadOnlySpan<byte> bytes, long length, EntryName name, out long expires)
    {
        expires = 0;
        if (!ObjectTimes.TryRead(bytes, out var times, out var head) || head.Layout != HeaderLayout.V5) return false;
        expires = times.Expires;
        var isNamedByVariant = head.Variant.ContainsAnyExcept((byte)0);
        return (isNamedByVariant ? EntryName.FromHash(head.Variant) : EntryName.OfKey(head.Key)) == name && times.Length == length;
    }

    // The index knows whole seconds; in the same one the file is asked, and while a scan has yet to find what is here.
    private bool IsHere(EntryName name, long stored)
    {
        var second = stored / 1000;
        var known = cache.Index.HeadOf(new(0, name, directory.Levels));
        if (known is { } head ? head.Stored != second : cache.Watcher.Coverage.IsCovered) return known?.Stored > second;
        return ObjectFile.TimesOf(cache.Root, name, directory.Levels)?.Stored >= stored;
    }

    private PullResult Problem(Errno errno)
    {
        if (errno == Errno.EFBIG) return PullResult.Invalid;
        if (errno is not (Errno.ENOSPC or Errno.EDQUOT)) throw new IOException($"a fetched object cannot be written: {errno}");
        full();
        return PullResult.NoSpace;
    }
}
