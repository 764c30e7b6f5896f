using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Towncrier.Linux;

/// <summary>
/// One inotify(7) instance and an eventfd that wakes whoever waits on it. One thread waits; reads and watch changes
/// may come from any thread, serialised by the caller.
/// </summary>
public sealed unsafe class Inotify : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly int _wake;

    private Inotify(int fd, int wake)
        : base(ownsHandle: true)
    {
        SetHandle(fd);
        _wake = wake;
    }

    private int Fd => (int)handle;

    /// <exception cref="LinuxException">No instance is left (max_user_instances).</exception>
    public static Inotify Open()
    {
        var fd = LibC.inotify_init1(LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (fd < 0) throw new LinuxException("inotify_init1", "", LibC.LastErrno());
        var wake = LibC.eventfd(0, LibC.EFD_NONBLOCK | LibC.EFD_CLOEXEC);
        if (wake >= 0) return new Inotify(fd, wake);
        var errno = LibC.LastErrno();
        _ = LibC.close(fd);
        throw new LinuxException("eventfd", "", errno);
    }

    /// <summary>Watches a directory, never through a symlink. ENOSPC means max_user_watches.</summary>
    public Errno TryWatch(string directory, InotifyMask mask, out int watch)
    {
        fixed (byte* p = Encoding.UTF8.GetBytes(directory + "\0"))
        {
            watch = LibC.inotify_add_watch(Fd, p, (uint)mask);
            return watch >= 0 ? Errno.None : LibC.LastErrno();
        }
    }

    /// <summary>Blocks until events are queued, <see cref="Wake"/> is called, or the time is over.</summary>
    public void Wait(int milliseconds)
    {
        var fds = stackalloc LibC.PollFd[2];
        fds[0] = new LibC.PollFd { Fd = Fd, Events = LibC.POLLIN };
        fds[1] = new LibC.PollFd { Fd = _wake, Events = LibC.POLLIN };
        _ = LibC.poll(fds, 2, milliseconds);
        if (fds[1].Revents == 0) return;
        ulong count;
        _ = LibC.read(_wake, (byte*)&count, sizeof(ulong));
    }

    public void Wake()
    {
        ulong one = 1;
        _ = LibC.write(_wake, (byte*)&one, sizeof(ulong));
    }

    /// <summary>Bytes of events queued at this moment.</summary>
    public int Queued
    {
        get
        {
            int bytes;
            return LibC.ioctl(Fd, LibC.FIONREAD, &bytes) == 0 ? bytes : 0;
        }
    }

    /// <summary>Reads whole events without blocking; 0 when there are none.</summary>
    /// <exception cref="LinuxException">The kernel refused for another reason than an empty queue.</exception>
    public int Read(Span<byte> into)
    {
        fixed (byte* p = into)
        {
            var n = LibC.read(Fd, p, (nuint)into.Length);
            if (n >= 0) return (int)n;
            var errno = LibC.LastErrno();
            return errno is Errno.EAGAIN or Errno.EINTR ? 0 : throw new LinuxException("read", "inotify", errno);
        }
    }

    protected override bool ReleaseHandle()
    {
        _ = LibC.close(_wake);
        return LibC.close((int)handle) == 0;
    }
}
