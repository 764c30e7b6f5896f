using System.Runtime.InteropServices;

namespace Towncrier.Linux;

/// <summary>What statx(2) says of a file. Its layout is the same on every architecture, unlike struct stat's.</summary>
/// <param name="Length">Size in bytes.</param>
/// <param name="Device">Major and minor number of the file system, one value per file system.</param>
public readonly record struct FileStatus(
    bool IsRegular, bool IsDirectory, long Length, ulong Inode, uint Owner, int Permissions, ulong Device, uint Links)
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
            MemoryMarshal.Read<uint>(statx[16..]));
    }
}
