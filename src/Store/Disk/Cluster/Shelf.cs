using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Reading;

namespace Towncrier.Store.Cluster;

/// <summary>
/// What peers may take from this node: <c>GET objects?newest=N</c> lists what was used last, <c>GET objects?from=N</c> all there
/// is, bit by bit, and <c>GET objects/NAME</c> is one file as it stands on disk. Whoever serves it checks <see cref="IsAllowed"/> first. Safe for any thread.
/// </summary>
public sealed class Shelf
{
    /// <summary>Objects in one list.</summary>
    public const int MostListed = 50_000;

    private const int RowsListed = 4096; // for so long the index is locked

    private readonly Cache _cache;
    private readonly Levels _levels;
    private readonly PeerToken _token;
    private readonly TimeProvider _clock;

    internal Shelf(Cache cache, Levels levels, string token, TimeProvider clock)
    {
        _cache = cache;
        _levels = levels;
        _token = new PeerToken(token);
        _clock = clock;
    }

    /// <summary>Whether an <c>Authorization</c> header shows the token. Takes the same time for each that is wrong.</summary>
    public bool IsAllowed(string? authorization) => _token.IsShown(authorization);

    /// <summary>What is here is known. Before that a list would leave out what a scan has yet to find.</summary>
    public bool IsReady => _cache.Watcher.Coverage.IsCovered;

    /// <summary>Objects here, expired ones included: whoever wants all of them sees by it whether one list can hold them.</summary>
    public long Count => _cache.Index.Count;

    /// <summary>The most recently used objects that are fresh, the latest first, as JSON.</summary>
    public byte[] ListNewest(int count)
    {
        var listed = new List<ListedEntry>();
        _cache.Index.Order!.CollectNewest(Math.Clamp(count, 0, MostListed), listed);
        return Write(listed);
    }

    /// <summary>Some of all objects that are fresh, as JSON; null while it is not known yet what there is.</summary>
    /// <param name="from">Zero for the first, and for the others what was given for <paramref name="next"/>.</param>
    /// <param name="next">Where to go on; null at the end.</param>
    public byte[]? ListAll(uint from, out uint? next)
    {
        next = null;
        if (!IsReady) return null;
        var listed = new List<ListedEntry>();
        var end = _cache.Index.Rows.Collect(from, RowsListed, listed);
        next = end == 0 ? null : end;
        return Write(listed);
    }

    /// <summary>Opens the file of one object; null when there is none that is served. The caller disposes of it.</summary>
    /// <param name="name">As in the list.</param>
    public SafeFileHandle? TryOpen(string name, out long length)
    {
        length = 0;
        if (!EntryName.TryParse(Encoding.UTF8.GetBytes(name), out var parsed)) return null;
        if (ObjectFile.TryOpen(_cache.Root, parsed, _levels, writable: false, out var file) != Errno.None) return null;
        using var buffer = new ReadBuffer();
        if (buffer.TryFill(file, out length) && ObjectTimes.TryRead(buffer.Span, out var times, out _) && times.Expires > _clock.GetUtcNow().ToUnixTimeMilliseconds()) return file.ToHandle();
        file.Dispose();
        return null;
    }

    private byte[] Write(List<ListedEntry> listed)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var objects = new List<SharedObject>(listed.Count);
        foreach (var entry in listed)
        {
            if (entry.Valid * 1000 <= now - 1000 || _cache.Index.Describe(entry.Entry) is not { } known) continue;
            if (ObjectFile.TimesOf(_cache.Root, known.Name, _levels) is not { } times || times.Expires <= now) continue;
            objects.Add(new SharedObject(known.Key, known.Name.ToString(), times.Stored, times.Expires, entry.Length));
        }

        return JsonSerializer.SerializeToUtf8Bytes(objects, NoticeJson.Default.ListSharedObject);
    }
}
