using System.Runtime.InteropServices;

namespace Towncrier.Linux;

/// <summary>What statx(2) says of a file. Its layout is the same on every architecture, unlike struct stat's.</summary>
/// <param name="Length">Size in bytes.</param>
/// <param name="Links">Names it has; 0 once it is unlinked or another file was renamed over it.</param>
/// <param name="Device">Major and minor number of the file system, one value per file system.</param>
/// <param name="Allocated">Bytes of disk it takes; less than its size when it has holes.</param>
/// <param name="Accessed">When it was last read, as far as the mount's options let the kernel note it.</param>
/// <param name="Modified">When its content was last written, by the kernel's coarse clock: up to some milliseconds early.</param>
/// <param name="Born">When the inode was made; null where the file system does not keep it.</param>
public readonly record struct FileStatus(
    bool IsRegular, bool IsDirectory, long Length, ulong Inode, uint Owner, int Permissions, uint Links, ulong Device,
    long Allocated, DateTimeOffset Accessed, DateTimeOffset Modified, DateTimeOffset? Born)
{
    internal const int BufferSize = 256;

    internal static FileStatus From(ReadOnlySpan<byte> statx)
    {
        var mode = MemoryMarshal.Read<ushort>(statx[28..]);
        return new FileStatus(
            (mode & LibC.S_IFMT) == LibC.S_IFREG,
            (mode & LibC.S_IFMT) == LibC.S_IFDIR,
            MemoryMarshal.Read<long>(statx[40..]),
            MemoryMarshal.Read<ulong>(statx[32..]),
            MemoryMarshal.Read<uint>(statx[20..]),
            mode & 0xfff,
            MemoryMarshal.Read<uint>(statx[16..]),
            ((ulong)MemoryMarshal.Read<uint>(statx[136..]) << 32) | MemoryMarshal.Read<uint>(statx[140..]),
            MemoryMarshal.Read<long>(statx[48..]) * 512,
            Time(statx[64..]),
            Time(statx[112..]),
            (MemoryMarshal.Read<uint>(statx) & LibC.STATX_BTIME) != 0 ? Time(statx[80..]) : null);
    }

    internal static unsafe Errno Read(int fd, byte* nameZ, int flags, out FileStatus status)
    {
        var buffer = stackalloc byte[BufferSize];
        status = default;
        if (LibC.statx(fd, nameZ, flags, LibC.STATX_BASIC_STATS | LibC.STATX_BTIME, buffer) != 0) return LibC.LastErrno();
        status = From(new ReadOnlySpan<byte>(buffer, BufferSize));
        return Errno.None;
    }

    // A struct statx_timestamp: seconds in 64 bits, nanoseconds in 32. A file can claim any time; what is out of range is clamped.
    private static DateTimeOffset Time(ReadOnlySpan<byte> timestamp)
    {
        var seconds = Math.Clamp(MemoryMarshal.Read<long>(timestamp), 0, 253_402_300_799);
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(MemoryMarshal.Read<uint>(timestamp[8..]) / 100);
    }
}
