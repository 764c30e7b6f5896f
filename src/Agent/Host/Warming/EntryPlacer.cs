using System.Collections.Concurrent;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;
using Towncrier.Store.Cluster;
using Towncrier.Store.Reading;
using Towncrier.Store.Writing;

namespace Towncrier.Host.Warming;

/// <summary>
/// Puts peers' files into one cache directory while nginx is cold: written aside, judged by their own heads, and given their
/// names in one step, unless an invalidation means them. Safe for any thread.
/// </summary>
internal sealed class EntryPlacer(Cache cache, StoreDirectory directory, PeerClient client, TimeProvider clock) : IDisposable
{
    /// <summary>Larger ones are not worth a joining host's first seconds, and what a peer says of a length is not believed.</summary>
    private const long Longest = 256L * 1024 * 1024;

    private readonly ConcurrentBag<HeadReader> _readers = [];
    private readonly PeerFiles _files = new(client, directory, Longest);

    public Levels Levels => directory.Levels;

    /// <summary>Null with the reason where nginx could not read what is placed, or somebody else writes there.</summary>
    /// <param name="workers">Who nginx's workers run as, by its configuration; null where that is not known.</param>
    public static EntryPlacer? TryOpen(Cache cache, Levels levels, string? workers, PeerClient client, TimeProvider clock, out string problem)
    {
        problem = "";
        try
        {
            using (var top = cache.Root.Open())
            {
                if (top.Status(out var status) == Errno.None && status.Owner != Account.EffectiveUser)
                    problem = $"it belongs to user {status.Owner}, and this agent runs as {Account.EffectiveUser}: nginx could not read its files; run it as nginx's workers";
            }

            // Root's directory becomes nginx's when it starts; the files in it do not.
            if (problem.Length == 0 && Account.EffectiveUser == 0 && workers is not (null or "root"))
                problem = $"nginx's workers run as {workers}, and this agent as root: they could not read its files; run it as {workers}";
            return problem.Length > 0 ? null : new EntryPlacer(cache, StoreDirectory.Open(cache.Root, levels), client, clock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <param name="path">The cache's directory there.</param>
    /// <param name="isCold">Asked again when the file is here.</param>
    /// <returns>Null when nginx would not find it any more.</returns>
    /// <exception cref="IOException">The peer cannot be reached, answers something else, or broke off.</exception>
    public async Task<WarmResult?> PlaceAsync(Uri address, string path, EntryName name, Func<Task<bool>> isCold, CancellationToken cancel)
    {
        var (file, errno) = await _files.FetchAsync(address, $"{name}?cache={Uri.EscapeDataString(path)}", cancel).ConfigureAwait(false);
        if (file is null) return errno == Errno.None ? WarmResult.Gone : Problem(errno);
        using (file) return await isCold().ConfigureAwait(false) ? Adopt(file, name) : null;
    }

    public void Dispose() => directory.Dispose();

    // By its own head alone: what the peer said of it is not believed.
    private WarmResult Adopt(TempFile file, EntryName name)
    {
        if (!_readers.TryTake(out var reader)) reader = new HeadReader(cache.Settings.Tags);
        try
        {
            if (!reader.ReadHead(file.File, knownRegular: true, out var head, out var length).IsEntry || !IsOf(head, length, name)) return WarmResult.Invalid;
            if (head.Valid <= clock.GetUtcNow().ToUnixTimeSeconds()) return WarmResult.Gone;
            var result = WarmResult.Placed;
            var isMeant = cache.Place(reader.FactsOf(head, name, directory.Levels, length), () => (result = Name(file, name)) == WarmResult.Placed);
            return isMeant ? WarmResult.Invalidated : result;
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    // nginx keeps the variant's hash in a file of the key's own name, too. That the response can be read is nginx's to judge.
    private static bool IsOf(CacheHead head, long length, EntryName name)
        => head.Layout == HeaderLayout.V5 && length >= head.BodyStart && (EntryName.OfKey(head.Key) == name || (!head.Vary.IsEmpty && EntryName.FromHash(head.Variant) == name));

    // What nginx has stored meanwhile is newer.
    private WarmResult Name(TempFile file, EntryName name)
    {
        if (ObjectFile.TryOpen(cache.Root, name, directory.Levels, writable: false, out var present) == Errno.None)
        {
            present.Dispose();
            return WarmResult.Here;
        }

        var errno = directory.Place(file, name);
        return errno == Errno.None ? WarmResult.Placed : Problem(errno);
    }

    private static WarmResult Problem(Errno errno) => errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => WarmResult.NoSpace,
        Errno.EFBIG => WarmResult.Invalid,
        _ => WarmResult.Failed,
    };
}
