using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Purging;

/// <summary>
/// Purges single files, on one thread. The file is opened below the cache root without following symlinks, its head is
/// read again and judged, and only then is it expired by one write and, when the purge is hard, unlinked. A plain unlink
/// would not do: nginx keeps serving an unlinked file out of its open_file_cache.
/// </summary>
internal sealed class FilePurge(CacheRoot root, CacheIndex index, TagHeaders tags, SoftExpiry soft, TimeProvider clock) : IDisposable
{
    private readonly HeadReader _reader = new(tags);
    private readonly LevelCursor _levels = new(root);

    /// <summary>Never throws for what a file or directory is or has become.</summary>
    /// <param name="bytes">The file's size when it was purged, else 0.</param>
    public PurgeOutcome Purge(EntryName name, Levels levels, PurgeOrder order, out long bytes)
    {
        bytes = 0;
        var errno = _levels.TryOpen(name, levels, out var directory);
        if (errno != Errno.None) return Forget(name, levels, Judge(errno));
        Span<byte> nameZ = stackalloc byte[EntryName.Length + 1];
        name.Write(nameZ);
        nameZ[EntryName.Length] = 0;
        errno = directory!.TryOpenFile(nameZ, writable: !order.DryRun, out var file);
        if (errno != Errno.None) return Forget(name, levels, Judge(errno));
        using (file)
        {
            var read = _reader.ReadHead(file, knownRegular: false, out var head, out var length);
            if (!read.IsEntry) return read.Errno == Errno.None ? PurgeOutcome.Unreadable : Judge(read.Errno);
            var facts = _reader.FactsOf(head, name, levels, length);
            if (!order.Meant(facts)) return PurgeOutcome.Replaced;
            if (facts.Stored > order.StoredUntil || facts.Stored <= order.StoredAfter) return PurgeOutcome.Newer;
            if (order.BornBefore is not null && (file.Status(out var status) != Errno.None || !order.IsOldEnough(status, facts.Stored)))
                return PurgeOutcome.Newer;
            if (order.DryRun) return PurgeOutcome.WouldPurge;
            var outcome = Expire(file, head, name, levels, order.Mode);
            if (outcome != PurgeOutcome.Purged) return outcome;
            bytes = length;
        }

        return order.Mode == PurgeMode.Soft ? PurgeOutcome.Purged : Unlink(directory, nameZ, name, levels);
    }

    public void Dispose() => _levels.Dispose();

    private PurgeOutcome Expire(OpenFile file, CacheHead head, EntryName name, Levels levels, PurgeMode mode)
    {
        Span<byte> buffer = stackalloc byte[Expiry.MaxLength];
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (mode == PurgeMode.Hard)
        {
            var worthless = Expiry.Hard(head, buffer);
            return Judge(file.Write(worthless.Bytes, worthless.Offset));
        }

        var expired = Expiry.Soft(head, now, soft, buffer, out var valid);
        // Known before it is written: the event of this write must not look like nginx's.
        index.SetValid(name, levels, valid);
        return Judge(file.Write(expired.Bytes, expired.Offset));
    }

    private PurgeOutcome Unlink(DirectoryHandle directory, ReadOnlySpan<byte> nameZ, EntryName name, Levels levels)
    {
        var errno = directory.Unlink(nameZ);
        // Gone between the write and the unlink: nginx evicted it. It is purged all the same.
        if (errno is Errno.None or Errno.ENOENT)
        {
            index.Remove(name, levels);
            return PurgeOutcome.Purged;
        }

        return Judge(errno);
    }

    private PurgeOutcome Forget(EntryName name, Levels levels, PurgeOutcome outcome)
    {
        if (outcome == PurgeOutcome.AlreadyGone) index.Remove(name, levels);
        return outcome;
    }

    private static PurgeOutcome Judge(Errno errno) => errno switch
    {
        Errno.None => PurgeOutcome.Purged,
        Errno.ENOENT or Errno.ESTALE or Errno.ENOTDIR => PurgeOutcome.AlreadyGone,
        Errno.ELOOP or Errno.EISDIR => PurgeOutcome.Unreadable, // a symlink or directory took the name
        Errno.EACCES or Errno.EPERM or Errno.EROFS => PurgeOutcome.Denied,
        _ => PurgeOutcome.DiskError,
    };
}
