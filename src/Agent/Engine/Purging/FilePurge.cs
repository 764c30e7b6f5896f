using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Purging;

/// <summary>
/// Purges single files, on one thread. The file is opened below the cache root without following symlinks, its head is
/// read again and judged, and only then is it expired by one write and, when the purge is hard, unlinked. A plain unlink
/// would not do: nginx keeps serving an unlinked file out of its open_file_cache. A file that is gone stays in the index
/// until the watcher is told so: here nobody could know whether another has its name by now.
/// </summary>
internal sealed class FilePurge(CacheRoot root, CacheIndex index, TagHeaders tags, SoftExpiry soft, TimeProvider clock) : IDisposable
{
    private const int MostTries = 8; // nginx would have to replace the file each time within some microseconds

    private readonly HeadReader _reader = new(tags);
    private readonly LevelCursor _levels = new(root);

    /// <summary>Never throws for what a file or directory is or has become.</summary>
    /// <param name="bytes">The file's size when it was purged, else 0.</param>
    public PurgeOutcome Purge(EntryName name, Levels levels, PurgeOrder order, out long bytes)
    {
        // A file that nginx replaces between our open and our write is not the one it serves: once more, on the new one.
        // It may have looked unchanged to the watcher when it came, so nobody else would.
        var outcome = Try(name, levels, order, out bytes, out var replaced);
        for (var tries = 1; replaced && tries < MostTries; tries++)
        {
            var again = Try(name, levels, order, out var more, out replaced);
            if (again == PurgeOutcome.AlreadyGone) break; // not replaced then, but removed: what we wrote to was the last
            (outcome, bytes) = (again, more);
        }

        return outcome;
    }

    private PurgeOutcome Try(EntryName name, Levels levels, PurgeOrder order, out long bytes, out bool replaced)
    {
        bytes = 0;
        replaced = false;
        var errno = _levels.TryOpen(name, levels, out var directory);
        if (errno != Errno.None) return Judge(errno);
        Span<byte> nameZ = stackalloc byte[EntryName.Length + 1];
        name.Write(nameZ);
        nameZ[EntryName.Length] = 0;
        errno = directory!.TryOpenFile(nameZ, writable: !order.DryRun, out var file);
        if (errno != Errno.None) return Judge(errno);
        using (file)
        {
            var read = _reader.ReadHead(file, knownRegular: false, out var head, out var length);
            if (!read.IsEntry) return read.Errno == Errno.None ? PurgeOutcome.Unreadable : Judge(read.Errno);
            var facts = _reader.FactsOf(head, name, levels, length);
            if (!order.Meant(facts)) return PurgeOutcome.Replaced;
            if (facts.Stored > order.StoredUntil || facts.Stored <= order.StoredAfter) return PurgeOutcome.Newer;
            if (order.DryRun) return PurgeOutcome.WouldPurge;
            var outcome = Expire(file, head, name, levels, order.Mode);
            if (outcome != PurgeOutcome.Purged) return outcome;
            bytes = length;
            replaced = file.Status(out var status) == Errno.None && status.Links == 0;
            if (replaced) return PurgeOutcome.Purged;
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
        // Before the unlink, never after it: by then nginx may have stored a new response under the name and the watcher
        // put it into the index, and a file that is not in the index is missed by every purge to come.
        index.Remove(name, levels);
        var errno = directory.Unlink(nameZ);
        // Gone between the write and the unlink: nginx evicted it. It is purged all the same.
        return errno is Errno.None or Errno.ENOENT ? PurgeOutcome.Purged : Judge(errno);
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
