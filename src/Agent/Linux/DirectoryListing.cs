using System.Runtime.InteropServices;

namespace Towncrier.Linux;

/// <summary>What getdents64(2) says an entry is; file systems may not know.</summary>
public enum EntryType : byte
{
    Unknown = 0,
    Directory = 4,
    Regular = 8,
    Symlink = 10,
}

/// <summary>
/// Reads a directory in batches into the caller's buffer (64 KiB holds about a thousand entries of nginx). The name
/// is valid until the next call of <see cref="MoveNext"/>. "." and ".." are left out.
/// </summary>
public ref struct DirectoryListing(DirectoryHandle directory, Span<byte> buffer)
{
    private const int NameAt = 19; // d_ino 8, d_off 8, d_reclen 2, d_type 1

    private readonly DirectoryHandle _directory = directory;
    private readonly Span<byte> _buffer = buffer;
    private int _at;
    private int _end;

    /// <summary>The current name with its terminating NUL.</summary>
    public ReadOnlySpan<byte> NameZ { get; private set; }

    public EntryType Type { get; private set; }

    /// <summary>Why the listing ended early; None after a whole listing.</summary>
    public Errno Error { get; private set; }

    public bool MoveNext()
    {
        while (true)
        {
            if (_at >= _end && !Fill()) return false;
            var record = _buffer[_at.._end];
            var length = MemoryMarshal.Read<ushort>(record[16..]);
            _at += length;
            var name = record[NameAt..length];
            name = name[..(name.IndexOf((byte)0) + 1)];
            if (name is [(byte)'.', 0] or [(byte)'.', (byte)'.', 0]) continue;
            NameZ = name;
            Type = (EntryType)record[18];
            return true;
        }
    }

    private unsafe bool Fill()
    {
        fixed (byte* p = _buffer)
        {
            var n = LibC.getdents64(_directory.Fd, p, (nuint)_buffer.Length);
            if (n < 0) Error = LibC.LastErrno();
            _at = 0;
            _end = n > 0 ? (int)n : 0;
            return n > 0;
        }
    }
}
