using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Watching;

/// <summary>
/// Turns inotify events into index changes. Every event means the same: look at this name again. Used by one thread at
/// a time, which its owner sees to.
/// </summary>
internal sealed class EventPump(
    Inotify inotify, WatchTable watches, CacheRoot root, TagHeaders tags, CacheIndex index, SkipCounts skipped, ArrivalHandler arrived) : IDisposable
{
    private readonly byte[] _events = new byte[64 * 1024];
    private readonly byte[] _names = new byte[64 * 1024];
    private readonly HashSet<(UInt128, byte)> _looked = [];
    private readonly HeadReader _reader = new(tags);
    private readonly LevelCursor _levels = new(root);

    /// <summary>Events were dropped, or could not be followed, since this was last cleared.</summary>
    public bool Overflowed { get; set; }

    /// <summary>The cache directory itself has been removed, moved or unmounted.</summary>
    public bool RootGone { get; set; }

    /// <summary>Events seen.</summary>
    public long Events { get; private set; }

    /// <summary>Handles one buffer of events; returns its size, 0 when none are queued.</summary>
    public int Once()
    {
        var read = inotify.Read(_events);
        if (read == 0) return 0;
        ReadOnlySpan<byte> rest = _events.AsSpan(0, read);
        // One look at a name serves all its events of this buffer: they all happened before it.
        _looked.Clear();
        while (InotifyEvent.TryTake(ref rest, out var one))
        {
            Events++;
            Handle(one);
        }

        _levels.Dispose(); // a level directory may be removed and made again between two bursts
        return read;
    }

    public void Dispose() => _levels.Dispose();

    private void Handle(InotifyEvent one)
    {
        if ((one.Mask & InotifyMask.Overflow) != 0)
        {
            Overflowed = true;
            return;
        }

        if (!watches.TryGet(one.Watch, out var directory)) return;
        if ((one.Mask & (InotifyMask.Ignored | InotifyMask.DeleteSelf | InotifyMask.MoveSelf | InotifyMask.Unmount)) != 0)
        {
            if (directory.Levels.Depth == 0) RootGone = true;
            if ((one.Mask & InotifyMask.Ignored) != 0) watches.Forget(one.Watch);
            _levels.Dispose();
        }
        else if ((one.Mask & InotifyMask.IsDirectory) != 0)
        {
            _levels.Dispose();
            if ((one.Mask & (InotifyMask.Create | InotifyMask.MovedTo)) != 0 && directory.TryBelow(one.Name, out var below)) Enter(below);
            else if ((one.Mask & InotifyMask.MovedFrom) != 0) Overflowed = true; // a whole branch went: only a scan tells what
        }
        else if (EntryName.TryParse(one.Name, out var name) && directory.Levels.Places(one.Name, directory.Digits))
        {
            Look(name, directory.Levels);
        }
    }

    /// <summary>A new level directory: nginx makes them when it first needs them, and files may be in it already.</summary>
    private void Enter(LevelDirectory directory)
    {
        watches.Add(directory);
        _looked.Clear(); // what was looked at before the watch stood may have come since
        var below = new List<LevelDirectory>();
        var errno = root.TryOpen(out var top);
        if (Fails(errno)) return;
        using (top)
        {
            errno = DirectoryPath.TryOpen(top!, directory, out var opened);
            if (Fails(errno)) return;
            using var handle = opened!;
            var listing = new DirectoryListing(handle, _names);
            while (listing.MoveNext())
            {
                var text = listing.NameZ[..^1];
                if (EntryName.TryParse(text, out var name) && directory.Levels.Places(text, directory.Digits)) Look(name, directory.Levels);
                else if (directory.TryBelow(text, out var deeper) && listing.Type is EntryType.Directory or EntryType.Unknown) below.Add(deeper);
            }

            _ = Fails(listing.Error);
        }

        foreach (var deeper in below) Enter(deeper);
    }

    // Only a directory that is gone, or is none, has nothing in it.
    private bool Fails(Errno errno)
    {
        if (errno is not (Errno.None or Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.EACCES or Errno.ESTALE)) Overflowed = true;
        return errno != Errno.None;
    }

    private void Look(EntryName name, Levels levels)
    {
        if (!_looked.Add((name.Value, levels.Code))) return;
        Span<byte> nameZ = stackalloc byte[EntryName.LengthZ];
        name.WriteZ(nameZ);
        var errno = _levels.TryOpen(name, levels, out var directory);
        var facts = default(EntryFacts);
        var result = errno != Errno.None
            ? new ReadResult(HeadProblem.None, errno)
            : _reader.Read(directory!, nameZ, name, levels, knownRegular: false, out facts);
        if (result.IsEntry)
        {
            if (index.Put(facts) != PutOutcome.Same) arrived(facts);
            return;
        }

        if (!result.IsGone) skipped.Add(result.Reason);
        if (result.IsExhausted) Overflowed = true; // nothing was learnt of the file: it stays as it was known; a rescan tells
        else index.Remove(name, levels);
    }
}
