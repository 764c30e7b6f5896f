using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Towncrier.Linux;

/// <summary>
/// An open directory. Everything is reached from here by a single name with O_NOFOLLOW, so that no symlink placed
/// below the directory can lead a call out of it. Names are NUL-terminated.
/// </summary>
public sealed unsafe class DirectoryHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private DirectoryHandle(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    internal int Fd => (int)handle;

    /// <summary>Opens a directory by path. The path itself may be a symlink: an operator's choice, not an attacker's.</summary>
    public static Errno TryOpen(string path, out DirectoryHandle? directory)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(path + "\0"))
            return Wrap(LibC.open(p, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC, 0), out directory);
    }

    public Errno TryOpenDirectory(ReadOnlySpan<byte> nameZ, out DirectoryHandle? directory)
    {
        fixed (byte* p = nameZ)
        {
            var flags = LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC;
            return Wrap(LibC.openat(Fd, p, flags, 0), out directory);
        }
    }

    /// <summary>
    /// Opens a file; O_NONBLOCK so that a FIFO named like an entry cannot hold us up. Reading it does not change its access
    /// time, which is then only its users', where it is this user's own.
    /// </summary>
    public Errno TryOpenFile(ReadOnlySpan<byte> nameZ, bool writable, out OpenFile file)
    {
        fixed (byte* p = nameZ)
        {
            var flags = (writable ? LibC.O_RDWR : LibC.O_RDONLY) | LibC.O_NOFOLLOW | LibC.O_CLOEXEC | LibC.O_NONBLOCK;
            var fd = LibC.openat(Fd, p, flags | LibC.O_NOATIME, 0);
            if (fd < 0 && LibC.LastErrno() == Errno.EPERM) fd = LibC.openat(Fd, p, flags, 0);
            file = new OpenFile(fd);
            return fd >= 0 ? Errno.None : LibC.LastErrno();
        }
    }

    /// <summary>Makes a file that was not there, for reading and writing; never opens one that was.</summary>
    public Errno TryCreateFile(ReadOnlySpan<byte> nameZ, int permissions, out OpenFile file)
    {
        fixed (byte* p = nameZ)
        {
            var fd = LibC.openat(Fd, p, LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC, (uint)permissions);
            file = new OpenFile(fd);
            return fd >= 0 ? Errno.None : LibC.LastErrno();
        }
    }

    /// <summary>Moves a name into another directory, in one step and over what has that name there.</summary>
    public Errno Rename(ReadOnlySpan<byte> nameZ, DirectoryHandle to, ReadOnlySpan<byte> newNameZ)
    {
        fixed (byte* from = nameZ)
        fixed (byte* into = newNameZ)
            return LibC.renameat(Fd, from, to.Fd, into) == 0 ? Errno.None : LibC.LastErrno();
    }

    /// <summary>Takes an flock on the directory until it is disposed of; EWOULDBLOCK (EAGAIN) when another process or handle has it.</summary>
    public Errno TryLock() => LibC.flock(Fd, LibC.LOCK_EX | LibC.LOCK_NB) == 0 ? Errno.None : LibC.LastErrno();

    public Errno Unlink(ReadOnlySpan<byte> nameZ)
    {
        fixed (byte* p = nameZ) return LibC.unlinkat(Fd, p, 0) == 0 ? Errno.None : LibC.LastErrno();
    }

    public Errno MakeDirectory(ReadOnlySpan<byte> nameZ, int permissions)
    {
        fixed (byte* p = nameZ)
            return LibC.mkdirat(Fd, p, (uint)permissions) == 0 ? Errno.None : LibC.LastErrno();
    }

    /// <summary>What a name in this directory is; of a symlink, the link itself.</summary>
    public Errno StatusOf(ReadOnlySpan<byte> nameZ, out FileStatus status)
    {
        fixed (byte* p = nameZ) return FileStatus.Read(Fd, p, LibC.AT_SYMLINK_NOFOLLOW, out status);
    }

    /// <summary>How full the file system is that the directory is on.</summary>
    public Errno Usage(out FileSystemUsage usage)
    {
        var buffer = stackalloc byte[FileSystemUsage.BufferSize];
        usage = default;
        if (LibC.fstatvfs(Fd, buffer) != 0) return LibC.LastErrno();
        usage = FileSystemUsage.From(new ReadOnlySpan<byte>(buffer, FileSystemUsage.BufferSize));
        return Errno.None;
    }

    public Errno Status(out FileStatus status) => new OpenFile(Fd).Status(out status);

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;

    private static Errno Wrap(int fd, out DirectoryHandle? directory)
    {
        directory = fd >= 0 ? new DirectoryHandle(fd) : null;
        return fd >= 0 ? Errno.None : LibC.LastErrno();
    }
}
