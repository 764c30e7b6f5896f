using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Disk;

/// <summary>
/// Keeps the level directory of the last entry open: purges are sorted so that neighbours share it, and events come in
/// bursts. A directory that is removed and made again makes the open one useless: keep a cursor for one burst only.
/// </summary>
internal sealed class LevelCursor(CacheRoot root) : IDisposable
{
    private DirectoryHandle? _open;
    private (Levels Levels, UInt128 Digits) _of;

    public Errno TryOpen(EntryName name, Levels levels, out DirectoryHandle? directory)
    {
        var digits = DigitsOf(name, levels);
        directory = _open;
        if (_open is not null && _of == (levels, digits)) return Errno.None;
        Dispose();
        var errno = root.TryOpenLevel(name, levels, out directory);
        if (errno != Errno.None) return errno;
        _open = directory;
        _of = (levels, digits);
        return Errno.None;
    }

    /// <summary>The end of the name that decides the directory: entries with the same one are neighbours.</summary>
    public static UInt128 DigitsOf(EntryName name, Levels levels)
        => name.Value & ((UInt128.One << (4 * (levels.Width(0) + levels.Width(1) + levels.Width(2)))) - 1);

    public void Dispose()
    {
        _open?.Dispose();
        _open = null;
    }
}
