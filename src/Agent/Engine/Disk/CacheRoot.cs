using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Disk;

/// <summary>
/// A cache directory on disk. Everything below it is reached one name at a time and never through a symlink. The
/// directory is opened anew for each use: it may be unmounted, removed and made again while the agent runs.
/// </summary>
internal sealed class CacheRoot(string path)
{
    /// <summary>The full path, without a trailing slash.</summary>
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    public Errno TryOpen(out DirectoryHandle? root) => DirectoryHandle.TryOpen(Path, out root);

    /// <exception cref="LinuxException">The directory is missing, or this user may not read it.</exception>
    public DirectoryHandle Open()
    {
        var errno = TryOpen(out var root);
        return errno == Errno.None ? root! : throw new LinuxException("open", Path, errno);
    }

    /// <summary>The path of an entry relative to <see cref="Path"/>.</summary>
    public string PathOf(EntryName name, Levels levels) => $"{Path}/{levels.Path(name)}";

    /// <summary>Opens the level directory an entry lives in; the caller disposes it.</summary>
    public Errno TryOpenLevel(EntryName name, Levels levels, out DirectoryHandle? directory)
    {
        var errno = TryOpen(out directory);
        Span<byte> text = stackalloc byte[EntryName.Length];
        name.Write(text);
        var end = text.Length;
        for (var level = 0; level < levels.Depth && errno == Errno.None; level++)
        {
            var width = levels.Width(level);
            Span<byte> part = [.. text[(end - width)..end], 0];
            end -= width;
            using var parent = directory;
            errno = parent!.TryOpenDirectory(part, out directory);
        }

        return errno;
    }
}
