using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Reading;

namespace Towncrier.Host.Warming;

/// <summary>
/// What peers may take from this host's caches: entries that are fresh and can be read, and none that was purged. Safe for any
/// thread.
/// </summary>
internal sealed class EntryShelf(IReadOnlyList<Cache> caches, TimeProvider clock)
{
    public const int MostListed = 50_000;

    // nginx keeps no order of use that could be read. Of so many times as many as are asked for, those stored last, the last used
    // are given: an old page that is asked for all day may be missing, and is fetched by the first who asks.
    private const int LooksPerObject = 4;
    private const int Rows = 4096;

    /// <summary>What is here is known. Before that a list would leave out what a scan has yet to find.</summary>
    public bool IsReady => caches.All(cache => cache.Watcher.Coverage.IsCovered);

    /// <summary>The most recently stored or read entries of all caches, the latest first. One pass over the index; reads no file.</summary>
    public SharedEntries ListNewest(int count)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var used = new List<(DateTimeOffset At, int Cache, ListedEntry Entry)>();
        for (var number = 0; number < caches.Count; number++) AddUsed(number, Latest(caches[number].Index, Math.Clamp(count, 0, MostListed) * LooksPerObject, now), used);
        used.Sort((one, other) => other.At.CompareTo(one.At));
        var objects = new List<SharedEntry>(Math.Min(count, used.Count));
        foreach (var (_, number, entry) in used)
        {
            if (objects.Count >= count) break;
            if (caches[number].Index.Describe(entry.Entry) is { } known && known.Valid > now) objects.Add(new SharedEntry(number, known.Key, known.Name.ToString(), known.Stored, known.Valid, known.Bytes));
        }

        return new SharedEntries([.. caches.Select(cache => new SharedCache(cache.Root.Path, LevelWords.Of(cache.Index, new Random())?.ToString() ?? ""))], objects);
    }

    /// <summary>Opens an entry's file; false when there is none that is given. The caller disposes of it.</summary>
    /// <param name="name">As in the list.</param>
    /// <param name="path">The cache directory; null where there is one.</param>
    public bool TryOpen(string name, string? path, out OpenFile file, out long length)
    {
        (file, length) = (default, 0);
        var cache = path is null && caches.Count == 1 ? caches[0] : caches.FirstOrDefault(cache => cache.Root.Path == path);
        if (cache is null || LevelWords.Of(cache.Index, new Random()) is not { } levels) return false;
        if (!EntryName.TryParse(System.Text.Encoding.UTF8.GetBytes(name), out var parsed) || cache.Index.HeadOf(new EntryRef(0, parsed, levels)) is null) return false;
        if (ObjectFile.TryOpen(cache.Root, parsed, levels, writable: false, out file) != Errno.None) return false;
        using var buffer = new ReadBuffer();
        if (buffer.TryFill(file, out length) && CacheHead.Parse(buffer.Span, whole: true, out var head, out _) == HeadProblem.None && head.Valid > clock.GetUtcNow().ToUnixTimeSeconds()) return true;
        file.Dispose();
        return false;
    }

    /// <summary>Fresh entries, those stored last.</summary>
    private static List<ListedEntry> Latest(CacheIndex index, int most, long now)
    {
        var heap = new PriorityQueue<ListedEntry, long>();
        var some = new List<ListedEntry>(Rows);
        var from = 0u;
        do
        {
            some.Clear();
            from = index.Rows.Collect(from, Rows, some);
            foreach (var entry in some)
            {
                if (entry.Valid <= now) continue;
                if (heap.Count < most) heap.Enqueue(entry, entry.Stored);
                else if (most > 0) heap.EnqueueDequeue(entry, entry.Stored);
            }
        }
        while (from != 0);
        return [.. heap.UnorderedItems.Select(item => item.Element)];
    }

    private void AddUsed(int number, List<ListedEntry> entries, List<(DateTimeOffset At, int Cache, ListedEntry Entry)> into)
    {
        if (caches[number].Root.TryOpen(out var top) != Errno.None) return;
        using (top)
        {
            Span<byte> path = stackalloc byte[Levels.MaxPath];
            foreach (var entry in entries)
            {
                var length = entry.Entry.Levels.WritePath(entry.Entry.Name, path);
                if (top!.StatusOf(path[..(length + 1)], out var status) != Errno.None || !status.IsRegular) continue;
                into.Add((status.Accessed > status.Modified ? status.Accessed : status.Modified, number, entry));
            }
        }
    }
}
