using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Governing;

/// <summary>
/// Looks at files by one statx(2) each, from the cache directory. Only a look: a path that a symlink leads elsewhere tells
/// something wrong, and whoever then deletes opens the file again, name by name.
/// </summary>
internal sealed class FileLook(CacheRoot root, OpenSample opened) : IDisposable
{
    private DirectoryHandle? _top;

    /// <summary>Opens the cache directory anew: it may have been mounted over. Call before each sweep.</summary>
    public Errno Begin(out FileSystemUsage usage)
    {
        Dispose();
        usage = default;
        var errno = root.TryOpen(out _top);
        return errno == Errno.None ? _top!.Usage(out usage) : errno;
    }

    /// <summary>Whether the file is there, and when it was used last: stored, read as far as the mount notes it, or seen to be opened.</summary>
    public bool TryLook(ListedEntry entry, out Victim victim)
    {
        var there = Status(entry.Entry, out var status) == Errno.None && status.IsRegular;
        var use = status.Accessed > status.Modified ? status.Accessed : status.Modified;
        if (opened.LastOf(entry.Entry) is { } seen && seen > use) use = seen;
        victim = new Victim(entry, use, status.Allocated);
        return there;
    }

    public Errno Status(EntryRef entry, out FileStatus status)
    {
        status = default;
        if (_top is null) return Errno.EIO;
        Span<byte> path = stackalloc byte[Levels.MaxPath];
        var length = entry.Levels.WritePath(entry.Name, path);
        return _top.StatusOf(path[..(length + 1)], out status);
    }

    public void Dispose()
    {
        _top?.Dispose();
        _top = null;
    }
}
