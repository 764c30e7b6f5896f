using System.Text;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Store.Writing;

/// <summary>
/// The cache directory as its only writer has it: locked, with a folder for files that are being written, and level
/// directories made when they are first needed. Safe for any thread.
/// </summary>
internal sealed class StoreDirectory : IDisposable
{
    private const int Private = 0b111_000_000;

    private readonly CacheRoot _root;
    private readonly DirectoryHandle _top;
    private readonly DirectoryHandle _temp;
    private readonly Levels _levels;
    private long _number;

    private StoreDirectory(CacheRoot root, DirectoryHandle top, DirectoryHandle temp, Levels levels) => (_root, _top, _temp, _levels) = (root, top, temp, levels);

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
            errno = top.MakeDirectory(Temp, Private);
            if (errno is not (Errno.None or Errno.EEXIST)) throw new LinuxException("mkdir", $"{root.Path}/temp", errno);
            errno = top.TryOpenDirectory(Temp, out var temp);
            if (errno != Errno.None) throw new LinuxException("open", $"{root.Path}/temp", errno);
            Clear(temp!);
            return new StoreDirectory(root, top, temp!, levels);
        }
        catch
        {
            top.Dispose();
            throw;
        }
    }

    public Levels Levels => _levels;

    /// <summary>Bytes that the file system holds, used and available.</summary>
    public long Capacity => _top.Usage(out var usage) == Errno.None ? usage.Used + usage.Available : long.MaxValue;

    public Errno TryCreate(out TempFile? file) => TempFile.TryCreate(_temp, Interlocked.Increment(ref _number), out file);

    /// <summary>Puts a written file where nginx and the agent look for it.</summary>
    public Errno Place(TempFile file, EntryName name)
    {
        var errno = _root.TryOpenLevel(name, _levels, out var directory);
        if (errno == Errno.ENOENT) errno = TryMakeLevel(name, out directory);
        if (errno != Errno.None) return errno;
        using (directory)
        {
            Span<byte> nameZ = stackalloc byte[EntryName.LengthZ];
            name.WriteZ(nameZ);
            return file.Place(directory!, nameZ);
        }
    }

    public void Dispose()
    {
        _temp.Dispose();
        _top.Dispose();
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
}
