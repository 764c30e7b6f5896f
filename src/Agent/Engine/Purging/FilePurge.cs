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
    private const int MostTries = 4; // nginx would have to store the same name anew each time within microseconds

    private readonly HeadReader _reader = new(tags);
    private readonly LevelCursor _levels = new(root);

    /// <summary>Never throws for what a file or directory is or has become.</summary>
    /// <param name="bytes">The file's size when it was purged, else 0.</param>
    public PurgeOutcome Purge(EntryName name, Levels levels, PurgeOrder order, out long bytes)
    {
        bytes = 0;
        var ticket = index.BeginRemoval(name, levels);
        var errno = _levels.TryOpen(name, levels, out var directory);
        if (errno != Errno.None) return Forget(name, levels, ticket, Judge(errno));
        Span<byte> nameZ = stackalloc byte[EntryName.LengthZ];
        name.WriteZ(nameZ);
        for (var tries = 1; ; tries++)
        {
            var outcome = PurgeFile(directory!, nameZ, name, levels, ticket, order, out bytes, out var replaced);
            if (!replaced || tries == MostTries) return outcome;
            // Another file was renamed over it while it was written to: that one has not been judged yet.
            ticket = index.BeginRemoval(name, levels);
        }
    }

    public void Dispose() => _levels.Dispose();

    private PurgeOutcome PurgeFile(
        DirectoryHandle directory, ReadOnlySpan<byte> nameZ, EntryName name, Levels levels, RemovalTicket ticket, PurgeOrder order,
        out long bytes, out bool replaced)
    {
        bytes = 0;
        replaced = false;
        var errno = directory.TryOpenFile(nameZ, writable: !order.DryRun, out var file);
        if (errno != Errno.None) return Forget(name, levels, ticket, Judge(errno));
        using (file)
        {
            var read = _reader.ReadHead(file, knownRegular: false, out var head, out var length);
            if (!read.IsEntry) return read.Errno == Errno.None ? PurgeOutcome.Unreadable : Judge(read.Errno);
            var facts = _reader.FactsOf(head, name, levels, length);
            if (!order.Meant(facts)) return PurgeOutcome.Replaced;
            if (facts.Stored > order.StoredUntil || facts.Stored <= order.StoredAfter) return PurgeOutcome.Newer;
            if (order.BornBefore is not null && (file.Status(out var before) != Errno.None || !order.IsOldEnough(before, facts.Stored)))
                return PurgeOutcome.Newer;
            if (order.DryRun) return PurgeOutcome.WouldPurge;
            var outcome = Expire(file, head, name, levels, order.Mode);
            if (outcome != PurgeOutcome.Purged) return outcome;
            bytes = length;
            replaced = file.Status(out var status) == Errno.None && status.Links == 0;
            if (replaced) return PurgeOutcome.Purged;
        }

        return order.Mode == PurgeMode.Soft ? PurgeOutcome.Purged : Unlink(directory, nameZ, name, levels, ticket);
    }

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

    private PurgeOutcome Unlink(DirectoryHandle directory, ReadOnlySpan<byte> nameZ, EntryName name, Levels levels, RemovalTicket ticket)
    {
        var errno = directory.Unlink(nameZ);
        // Gone between the write and the unlink: nginx evicted it. It is purged all the same.
        if (errno is Errno.None or Errno.ENOENT)
        {
            index.EndRemoval(name, levels, ticket);
            return PurgeOutcome.Purged;
        }

        return Judge(errno);
    }

    private PurgeOutcome Forget(EntryName name, Levels levels, RemovalTicket ticket, PurgeOutcome outcome)
    {
        if (outcome == PurgeOutcome.AlreadyGone) index.EndRemoval(name, levels, ticket);
        return outcome;
    }

    private static PurgeOutcome Judge(Errno errno) => errno switch
    {
        Errno.None => PurgeOutcome.Purged,
        Errno.ENOENT or Errno.ESTALE or Errno.ENOTDIR => PurgeOutcome.AlreadyGone,
        Errno.ELOOP or Errno.EISDIR or Errno.ENXIO or Errno.ESPIPE => PurgeOutcome.Unreadable, // a symlink, directory, socket or FIFO took the name
        Errno.EACCES or Errno.EPERM or Errno.EROFS => PurgeOutcome.Denied,
        _ => PurgeOutcome.DiskError,
    };
}
