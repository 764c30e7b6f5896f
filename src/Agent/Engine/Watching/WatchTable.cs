using System.Collections.Concurrent;
using Towncrier.Agent.Disk;
using Towncrier.Linux;

namespace Towncrier.Agent.Watching;

/// <summary>The watched directories. A directory is watched before it is listed: what the list misses, an event tells.</summary>
internal sealed class WatchTable(Inotify inotify, CacheRoot root)
{
    private const InotifyMask Wanted = InotifyMask.MovedTo | InotifyMask.MovedFrom | InotifyMask.CloseWrite
        | InotifyMask.Create | InotifyMask.Delete | InotifyMask.DeleteSelf | InotifyMask.MoveSelf
        | InotifyMask.OnlyDirectory | InotifyMask.DontFollow;

    private readonly ConcurrentDictionary<int, LevelDirectory> _byWatch = new();

    public int Count => _byWatch.Count;

    /// <summary>No watches are left: some directories are not watched.</summary>
    public bool Exhausted { get; set; }

    /// <summary>Watches a directory, once however often it is asked for. One that is gone is nobody's loss.</summary>
    public Errno Add(LevelDirectory directory)
    {
        // The root may be a symlink of the operator's; what is below it may not.
        var mask = directory.Levels.Depth == 0 ? Wanted & ~InotifyMask.DontFollow : Wanted;
        var errno = inotify.TryWatch(directory.FullPath(root), mask, out var watch);
        if (errno == Errno.None) _byWatch[watch] = directory;
        else if (errno is Errno.ENOSPC or Errno.ENOMEM) Exhausted = true;
        return errno;
    }

    public bool TryGet(int watch, out LevelDirectory directory) => _byWatch.TryGetValue(watch, out directory!);

    public void Forget(int watch) => _byWatch.TryRemove(watch, out _);
}
