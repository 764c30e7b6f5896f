using System.Diagnostics.Metrics;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent;

/// <summary>The limits of an agent's caches, while it runs, and what was deleted to keep them. Safe from any thread.</summary>
public sealed class GovernedCaches
{
    private readonly IReadOnlyList<Cache> _caches;
    private readonly IReadOnlyList<Governor> _governors;

    internal GovernedCaches(IReadOnlyList<Cache> caches, IReadOnlyList<Governor> governors) => (_caches, _governors) = (caches, governors);

    /// <summary>The caches' paths, as configured.</summary>
    public IReadOnlyList<string> Paths => [.. _caches.Select(cache => cache.Root.Path)];

    /// <summary>The limits that hold now; null for a path that is no cache of this agent.</summary>
    public CacheLimits? Of(string path) => Find(path)?.Limits;

    /// <summary>The cache is an application's store, which has limits that nginx's caches have not.</summary>
    internal bool IsStore(string path) => _caches.Any(cache => cache.Root.Path == Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) && cache.Index.Order is not null);

    /// <summary>Replaces a cache's limits, until the agent ends. They hold at once.</summary>
    /// <returns>False, and nothing changes, when the path is no cache of this agent or the limits have problems.</returns>
    public bool TrySet(string path, CacheLimits limits)
    {
        if (Find(path) is not { } governor || limits.Problems().Any()) return false;
        governor.Limits = limits;
        return true;
    }

    internal void Measure(Meters meters)
    {
        meters.Counter("towncrier_objects_deleted_total", "Entries deleted, by reason (lru_nuked_memory, lru_nuked_disk, expired, url_invalidation, alternate_key_invalidation).", Deleted);
        meters.Counter("towncrier_outdated_entries_total", "Entries forgotten because their file was gone without an event.", () => _caches.Select(cache => Of(cache, cache.Deletions.Outdated)));
        meters.Gauge("towncrier_memory_bytes", "Memory of the index by kind: total with slack; what the live entries need (objects), and their order of use (lru).", Memory);
    }

    private Governor? Find(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var i = 0; i < _caches.Count; i++)
            if (_caches[i].Root.Path == full) return _governors[i];
        return null;
    }

    private IEnumerable<Measurement<long>> Deleted()
        => from cache in _caches
           from reason in Deletions.Reasons
           select Of(cache, cache.Deletions[reason], "reason", Deletions.Name(reason));

    private IEnumerable<Measurement<long>> Memory()
    {
        foreach (var cache in _caches)
        {
            var order = cache.Index.Order is not null ? RecencyList.BytesPerRow * cache.Index.Count : 0;
            yield return Of(cache, cache.Index.Bytes, "kind", "total");
            yield return Of(cache, cache.Index.LiveBytes - order, "kind", "objects");
            yield return Of(cache, order, "kind", "lru");
        }
    }

    private static Measurement<long> Of(Cache cache, long value, string? label = null, string? name = null)
        => label is null ? new(value, new KeyValuePair<string, object?>("cache", cache.Root.Path)) : new(value, new("cache", cache.Root.Path), new(label, name));
}
