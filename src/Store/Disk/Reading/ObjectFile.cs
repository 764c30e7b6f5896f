using Towncrier.Agent.Disk;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Store.Reading;

/// <summary>One object's file as it stands on disk.</summary>
/// <param name="Stored">Unix milliseconds.</param>
/// <param name="Expires">Unix milliseconds; in the past when it was invalidated.</param>
/// <param name="Length">Of the whole file, as its head says: one that lost its end in a power cut is shorter.</param>
internal readonly record struct ObjectTimes(long Stored, long Expires, long Length)
{
    /// <summary>Reads them from a file's head; false where it is none that a store has written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> head, out ObjectTimes times, out CacheHead parsed)
    {
        times = default;
        if (CacheHead.Parse(head, whole: true, out parsed, out _) != HeadProblem.None || !parsed.Response.StartsWith("HTTP/1.1 "u8)) return false;
        if (!StoreFields.TryRead(ResponseHead.Parse(parsed.Response, default).Lines, out var body, out var stored)) return false;
        times = new ObjectTimes(stored / TimeSpan.TicksPerMillisecond, parsed.ValidUntil, body < 0 ? -1 : parsed.BodyStart + body);
        return true;
    }
}

/// <summary>Opens files of objects by name. Nothing is followed that is a symlink.</summary>
internal static class ObjectFile
{
    public static Errno TryOpen(CacheRoot root, EntryName name, Levels levels, bool writable, out OpenFile file)
    {
        file = default;
        var errno = root.TryOpenLevel(name, levels, out var directory);
        if (errno != Errno.None) return errno;
        using (directory)
        {
            Span<byte> nameZ = stackalloc byte[EntryName.LengthZ];
            name.WriteZ(nameZ);
            return directory!.TryOpenFile(nameZ, writable, out file);
        }
    }

    /// <summary>What a file says of itself; null when there is none.</summary>
    public static ObjectTimes? TimesOf(CacheRoot root, EntryName name, Levels levels)
    {
        if (TryOpen(root, name, levels, writable: false, out var file) != Errno.None) return null;
        using (file)
        {
            using var buffer = new ReadBuffer();
            return buffer.TryFill(file, out _) && ObjectTimes.TryRead(buffer.Span, out var times, out _) ? times : null;
        }
    }
}
