using System.Text;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Store.Writing;

/// <summary>
/// The cache directory as its only writer has it: locked, with a folder for files that are being written, and level
/// directories made when they are first needed. What somebody removes of it while it is used is made again by the next put.
/// Safe for any thread.
/// </summary>
internal sealed class StoreDirectory : IDisposable
{
    private const int Private = 0b111_000_000;

    private readonly CacheRoot _root;
    private readonly Levels _levels;
    private readonly Lock _reopening = new(); // held while folders are made and opened
    private volatile Folders _open;
    private long _number;

    private StoreDirectory(CacheRoot root, Folders open, Levels levels) => (_root, _open, _levels) = (root, open, levels);

    private static ReadOnlySpan<byte> Temp => "temp\0"u8;

    /// <summary>Locks the directory, which is made if it is not there, and removes what an earlier process left half written.</summary>
    /// <exception cref="IOException">Another store has it, or it cannot be used.</exception>
    public static StoreDirectory Open(CacheRoot root, Levels levels)
    {
        Directory.CreateDirectory(root.Path, (UnixFileMode)Private);
        var top = root.Open();
        try
        {
            var errno = top.TryLock();
            if (errno == Errno.EAGAIN) throw new IOException($"the cache directory {root.Path} is in use by another store; stop that process, or give this one a directory of its own");
            if (errno != Errno.None) throw new LinuxException("flock", root.Path, errno);
            errno = TryOpenTemp(top, out var temp);
            if (errno != Errno.None) throw new LinuxException("mkdir and open", $"{root.Path}/temp", errno);
            Clear(temp!);
            return new StoreDirectory(root, new Folders(top, temp!), levels);
        }
        catch
        {
            top.Dispose();
            throw;
        }
    }

    public Levels Levels => _levels;

    /// <summary>Told when another directory stands at the path than before.</summary>
    public Action? Replaced { get; set; }

    /// <summary>Bytes that the file system holds, used and available.</summary>
    public long Capacity => _open.Top.Usage(out var usage) == Errno.None ? usage.Used + usage.Available : long.MaxValue;

    public Errno TryCreate(out TempFile? file)
    {
        var open = _open;
        var errno = TempFile.TryCreate(open.Temp, Interlocked.Increment(ref _number), out file);
        if (errno != Errno.ENOENT) return errno;
        errno = TryReopen(open);
        return errno == Errno.None ? TempFile.TryCreate(_open.Temp, Interlocked.Increment(ref _number), out file) : errno;
    }

    /// <summary>Puts a written file where nginx and the agent look for it.</summary>
    public Errno Place(TempFile file, EntryName name)
    {
        var open = _open;
        var errno = _root.TryOpenLevel(name, _levels, out var directory);
        if (errno == Errno.ENOENT) errno = TryMakeLevel(name, out directory);
        if (errno != Errno.None) return errno;
        using (directory)
        {
            Span<byte> nameZ = stackalloc byte[EntryName.LengthZ];
            name.WriteZ(nameZ);
            errno = file.Place(directory!, nameZ);
        }

        if (errno == Errno.EXDEV) TryReopen(open); // mounted over: the next put is written there
        return errno;
    }

    public void Dispose() => _open.Close();

    /// <param name="known">Of which something is gone.</param>
    private Errno TryReopen(Folders known)
    {
        lock (_reopening)
        {
            if (_open != known) return Errno.None; // another put has done it
            var errno = TryOpenTop(known.Top, out var top);
            if (errno != Errno.None) return errno;
            errno = TryOpenTemp(top!, out var temp);
            if (errno == Errno.None)
            {
                _open = new Folders(top!, temp!);
                known.Temp.Dispose(); // closed when the last file in it is
                if (top == known.Top) return errno;
                known.Top.Dispose();
                Replaced?.Invoke();
            }
            else if (top != known.Top)
            {
                top!.Dispose();
            }

            return errno;
        }
    }

    /// <param name="known">Answered if it is what stands there still: its lock is held by it.</param>
    private Errno TryOpenTop(DirectoryHandle known, out DirectoryHandle? top)
    {
        var errno = _root.TryOpen(out top);
        if (errno == Errno.ENOENT && TryMakeTop()) errno = _root.TryOpen(out top);
        if (errno != Errno.None) return errno;
        errno = top!.Status(out var now);
        if (errno == Errno.None && known.Status(out var before) == Errno.None && (now.Device, now.Inode) == (before.Device, before.Inode))
        {
            top.Dispose();
            top = known;
            return Errno.None;
        }

        if (errno == Errno.None) errno = top.TryLock();
        if (errno != Errno.None) top.Dispose();
        return errno;
    }

    private bool TryMakeTop()
    {
        try
        {
            Directory.CreateDirectory(_root.Path, (UnixFileMode)Private);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the put says that it is not there
        }
    }

    private static Errno TryOpenTemp(DirectoryHandle top, out DirectoryHandle? temp)
    {
        temp = null;
        var errno = top.MakeDirectory(Temp, Private);
        return errno is Errno.None or Errno.EEXIST ? top.TryOpenDirectory(Temp, out temp) : errno;
    }

    private Errno TryMakeLevel(EntryName name, out DirectoryHandle? directory)
    {
        var path = _levels.Path(name).Split('/')[..^1];
        var errno = _root.TryOpen(out directory);
        foreach (var part in path)
        {
            if (errno != Errno.None) return errno;
            var nameZ = Encoding.ASCII.GetBytes(part + "\0");
            using var parent = directory;
            errno = parent!.MakeDirectory(nameZ, Private);
            if (errno is Errno.None or Errno.EEXIST) errno = parent.TryOpenDirectory(nameZ, out directory);
        }

        return errno;
    }

    // Only names that are written here: whatever else somebody put there stays.
    private static void Clear(DirectoryHandle temp)
    {
        var listing = new DirectoryListing(temp, new byte[64 * 1024]);
        var left = new List<byte[]>();
        while (listing.MoveNext())
            if (listing.NameZ.Length == 21 && !listing.NameZ[..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9')) left.Add(listing.NameZ.ToArray());
        foreach (var nameZ in left) temp.Unlink(nameZ);
    }

    private sealed record Folders(DirectoryHandle Top, DirectoryHandle Temp)
    {
        public void Close()
        {
            Temp.Dispose();
            Top.Dispose();
        }
    }
}
