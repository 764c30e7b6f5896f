using System.Runtime.InteropServices;

namespace Towncrier.Linux;

/// <summary>How a file system keeps access times, as fstatvfs(3) tells; lazytime it does not.</summary>
public enum AccessTimes : byte
{
    /// <summary>Each read is noted.</summary>
    Strict,

    /// <summary>A read is noted when none was since the last write, or in the last day. The kernel's default.</summary>
    Relative,

    /// <summary>No read is noted.</summary>
    None,
}

/// <summary>How full a file system is, counted as df(1) does: what only root may still use is neither used nor available.</summary>
/// <param name="Used">Bytes.</param>
/// <param name="Available">Bytes this and any other unprivileged process may still use.</param>
/// <param name="BlockSize">Bytes; every file takes whole ones.</param>
/// <param name="InodesUsed">0 where the file system makes inodes as it needs them.</param>
public readonly record struct FileSystemUsage(
    long Used, long Available, int BlockSize, long InodesUsed, long InodesAvailable, AccessTimes AccessTimes)
{
    internal const int BufferSize = 112;

    /// <summary>The used part of what can be used, 0 to 1: df's percentage. 0 for a file system without a size, such as proc.</summary>
    public double Fraction => Part(Used, Available);

    /// <summary>As <see cref="Fraction"/>, of the inodes.</summary>
    public double InodeFraction => Part(InodesUsed, InodesAvailable);

    internal static FileSystemUsage From(ReadOnlySpan<byte> statvfs)
    {
        var unit = Word(statvfs, 8);
        var flags = Word(statvfs, 72);
        return new FileSystemUsage(
            Math.Max(0, Word(statvfs, 16) - Word(statvfs, 24)) * unit,
            Math.Max(0, Word(statvfs, 32)) * unit,
            (int)Math.Clamp(unit, 1, 1 << 30),
            Math.Max(0, Word(statvfs, 40) - Word(statvfs, 48)),
            Math.Max(0, Word(statvfs, 56)),
            (flags & LibC.ST_NOATIME) != 0 ? AccessTimes.None : (flags & LibC.ST_RELATIME) != 0 ? AccessTimes.Relative : AccessTimes.Strict);
    }

    private static long Word(ReadOnlySpan<byte> statvfs, int at) => MemoryMarshal.Read<long>(statvfs[at..]);

    private static double Part(long used, long available) => used <= 0 ? 0 : (double)used / (used + available);
}
