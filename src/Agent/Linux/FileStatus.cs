using System.Runtime.InteropServices;

namespace Towncrier.Linux;

/// <summary>What statx(2) says of a file. Its layout is the same on every architecture, unlike struct stat's.</summary>
/// <param name="Length">Size in bytes.</param>
/// <param name="Device">Major and minor number of the file system, one value per file system.</param>
/// <param name="Modified">When its content was last written, by the kernel's coarse clock: up to some milliseconds early.</param>
/// <param name="Born">When the inode was made; null where the file system does not keep it.</param>
public readonly record struct FileStatus(
    bool IsRegular, bool IsDirectory, long Length, ulong Inode, uint Owner, int Permissions, ulong Device,
    DateTimeOffset Modified, DateTimeOffset? Born)
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
            ((ulong)MemoryMarshal.Read<uint>(statx[136..]) << 32) | MemoryMarshal.Read<uint>(statx[140..]),
            Time(statx[112..]),
            (MemoryMarshal.Read<uint>(statx) & LibC.STATX_BTIME) != 0 ? Time(statx[80..]) : null);
    }

    // A struct statx_timestamp: seconds in 64 bits, nanoseconds in 32. A file can claim any time; what is out of range is clamped.
    private static DateTimeOffset Time(ReadOnlySpan<byte> timestamp)
    {
        var seconds = Math.Clamp(MemoryMarshal.Read<long>(timestamp), 0, 253_402_300_799);
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(MemoryMarshal.Read<uint>(timestamp[8..]) / 100);
    }
}
