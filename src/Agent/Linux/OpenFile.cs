using Microsoft.Win32.SafeHandles;

namespace Towncrier.Linux;

/// <summary>
/// An open regular file as a bare descriptor: a scan opens hundreds of thousands, too many for a SafeHandle each.
/// Whoever opened it disposes it, once; copies share the descriptor.
/// </summary>
public readonly unsafe struct OpenFile(int fd) : IDisposable
{
    /// <summary>Reads once at <paramref name="offset"/>; a regular file gives less than asked for only at its end.</summary>
    public Errno Read(Span<byte> into, long offset, out int read)
    {
        fixed (byte* p = into)
        {
            while (true)
            {
                read = (int)LibC.pread(fd, p, (nuint)into.Length, offset);
                if (read >= 0) return Errno.None;
                read = 0;
                var errno = LibC.LastErrno();
                if (errno != Errno.EINTR) return errno;
            }
        }
    }

    /// <summary>Writes the span at <paramref name="offset"/> with one pwrite(2), which nginx's readers see whole.</summary>
    public Errno Write(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* p = bytes)
        {
            while (true)
            {
                var n = LibC.pwrite(fd, p, (nuint)bytes.Length, offset);
                if (n == bytes.Length) return Errno.None;
                if (n >= 0) return Errno.ENOSPC;
                var errno = LibC.LastErrno();
                if (errno != Errno.EINTR) return errno;
            }
        }
    }

    /// <summary>Writes all of the span at <paramref name="offset"/>, in as many pwrite(2) as it takes.</summary>
    public Errno WriteAll(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* p = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var n = LibC.pwrite(fd, p + done, (nuint)(bytes.Length - done), offset + done);
                if (n > 0) done += (int)n;
                else if (n == 0) return Errno.ENOSPC;
                else if (LibC.LastErrno() is var errno and not Errno.EINTR) return errno;
            }
        }

        return Errno.None;
    }

    /// <summary>Hands the descriptor over to a handle, whose owner then closes it instead.</summary>
    public SafeFileHandle ToHandle() => new(fd, ownsHandle: true);

    /// <summary>The length of a file that is known to be regular: a third of what asking for its status costs.</summary>
    public Errno Length(out long length)
    {
        length = LibC.lseek(fd, 0, LibC.SEEK_END);
        return length >= 0 ? Errno.None : LibC.LastErrno();
    }

    public Errno Status(out FileStatus status)
    {
        byte empty = 0;
        return FileStatus.Read(fd, &empty, LibC.AT_EMPTY_PATH, out status);
    }

    public void Dispose() => _ = LibC.close(fd);
}
