using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Agent.Governing;

/// <summary>
/// Entries seen to be opened lately: for mounts that note no reads (noatime), or one a day (relatime). A few directories
/// are watched at a time, each turn others; the kernel's queue bounds what one turn can bring, and two generations bound
/// what is remembered, about 1 MB.
/// </summary>
internal sealed class OpenSample(CacheRoot root, RowWalk rows, TimeProvider clock, Random random) : IDisposable
{
    private const int Directories = 16; // of up to 4,096: a turn of a second each sees all in some minutes
    private const int MostRemembered = 8192;

    // Reads, too: nginx opens what it has in its open_file_cache once, and reads the head at each request.
    private const InotifyMask Wanted = InotifyMask.Open | InotifyMask.Access | InotifyMask.OnlyDirectory | InotifyMask.DontFollow;

    private readonly byte[] _events = new byte[16 * 1024];
    private Dictionary<EntryName, DateTimeOffset> _recent = [];
    private Dictionary<EntryName, DateTimeOffset> _before = [];
    private Inotify? _inotify;

    /// <summary>When the entry was last seen to be opened or read; null when it was not.</summary>
    public DateTimeOffset? LastOf(EntryRef entry)
        => _recent.TryGetValue(entry.Name, out var at) || _before.TryGetValue(entry.Name, out at) ? at : null;

    /// <summary>Notes what was used since the last turn, and watches other directories.</summary>
    public void Turn()
    {
        Note();
        _inotify?.Dispose(); // with all its watches
        _inotify = null;
        var sample = new List<ListedEntry>();
        rows.Sample(random, Directories, sample);
        if (sample.Count == 0) return;
        try
        {
            _inotify = Inotify.Open();
        }
        catch (LinuxException)
        {
            return; // no instance is left: access times alone decide
        }

        foreach (var directory in sample.Select(entry => Path.GetDirectoryName(root.PathOf(entry.Entry.Name, entry.Entry.Levels))!).Distinct())
            _ = _inotify.TryWatch(directory, directory == root.Path ? Wanted & ~InotifyMask.DontFollow : Wanted, out _);
    }

    /// <summary>Watches nothing until the next turn.</summary>
    public void Rest() => Dispose();

    public void Dispose()
    {
        _inotify?.Dispose();
        _inotify = null;
    }

    private void Note()
    {
        if (_inotify is null) return;
        var now = clock.GetUtcNow();
        while (true)
        {
            var read = _inotify.Read(_events);
            if (read == 0) return;
            ReadOnlySpan<byte> rest = _events.AsSpan(0, read);
            while (InotifyEvent.TryTake(ref rest, out var one))
                if (EntryName.TryParse(one.Name, out var name)) Remember(name, now);
        }
    }

    private void Remember(EntryName name, DateTimeOffset at)
    {
        if (_recent.Count >= MostRemembered && !_recent.ContainsKey(name)) (_before, _recent) = (_recent, []);
        _recent[name] = at;
    }
}
