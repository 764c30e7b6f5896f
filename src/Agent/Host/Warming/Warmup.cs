using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Configuring.Fleet;
using Towncrier.Store.Cluster;

namespace Towncrier.Host.Warming;

/// <summary>
/// Takes what peers used last, until there is as much as wanted: files are put in place while nginx is cold, and nginx is asked
/// for them once it is warm. One peer after the other; one owner calls.
/// </summary>
internal sealed class Warmup(IReadOnlyList<Cache> caches, WarmOptions options, NginxPhases phases, NginxFiller? filler, ServedHosts hosts, WarmTally tally, TimeProvider clock, ILogger logger) : IDisposable
{
    private const int AtATime = 4;

    private readonly PeerClient _client = new(options.Token);
    private readonly Dictionary<Cache, EntryPlacer?> _placers = [];
    private readonly ConcurrentDictionary<(Cache, EntryName), bool> _seen = new();
    private readonly ConcurrentDictionary<(Cache, string), bool> _asked = new();

    /// <summary>Peers whose list was read.</summary>
    public int Peers { get; private set; }

    /// <exception cref="OperationCanceledException">The time is over.</exception>
    public async Task TakeFromAsync(Uri address, CancellationToken cancel)
    {
        try
        {
            var list = await _client.ReadListAsync(address, options.Objects, SharedEntriesJson.Default.SharedEntries, cancel).ConfigureAwait(false);
            if (list is not { Caches: { } theirs, Objects: { } objects } || objects.Any(one => one?.File is null || one.Key is null || one.Cache < 0 || one.Cache >= theirs.Count) || theirs.Any(one => one?.Path is null || one.Levels is null))
                throw new IOException("its list is none");
            Peers++;
            var ours = theirs.Select(Matching).ToArray();
            for (var i = 0; i < ours.Length; i++)
                if (ours[i] is { } cache && objects.Any(one => one.Cache == i)) Open(cache, theirs[i]);
            await Parallel.ForEachAsync(objects, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (one, stop) =>
            {
                if (tally.Warmed >= options.Objects || ours[one.Cache] is not { } cache) return;
                if (await TakeAsync(address, theirs[one.Cache].Path, cache, one, stop).ConfigureAwait(false) is { } result) tally.Add(result);
            }).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            WarmLog.PeerFailed(logger, address, e.Message);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        foreach (var placer in _placers.Values) placer?.Dispose();
    }

    // By its path; where each host has one cache, it is the same by whatever name.
    private Cache? Matching(SharedCache their, int number)
        => caches.FirstOrDefault(cache => cache.Root.Path == their.Path) ?? (caches.Count == 1 && number == 0 ? caches[0] : null);

    private void Open(Cache cache, SharedCache their)
    {
        if (_placers.ContainsKey(cache)) return;
        var problem = $"its levels are not known, for it is empty, and the peer's are '{their.Levels}'";
        var levels = LevelWords.Of(cache.Index, new Random()) ?? phases.LevelsOf(cache.Root.Path) ?? (LevelWords.TryRead(their.Levels, out var told) ? told : null);
        _placers[cache] = levels is { } known ? EntryPlacer.TryOpen(cache, known, clock, out problem) : null;
        if (_placers[cache] is null) WarmLog.NotPlacing(logger, cache.Root.Path, problem);
    }

    /// <returns>Null for what another peer offered, too.</returns>
    private async Task<WarmResult?> TakeAsync(Uri address, string path, Cache cache, SharedEntry one, CancellationToken cancel)
    {
        if (!EntryName.TryParse(System.Text.Encoding.UTF8.GetBytes(one.File), out var name)) return WarmResult.Invalid;
        if (!_seen.TryAdd((cache, name), true)) return null;
        if (one.Valid <= clock.GetUtcNow().ToUnixTimeSeconds()) return WarmResult.Gone;
        var placer = _placers.GetValueOrDefault(cache);
        if (placer is not null && cache.Index.HeadOf(new EntryRef(0, name, placer.Levels)) is not null) return WarmResult.Here;
        try
        {
            if (await phases.NowAsync(cancel).ConfigureAwait(false) != NginxPhase.Warm) return placer is null ? WarmResult.Skipped : await placer.PlaceAsync(_client, address, path, name, cancel).ConfigureAwait(false);
            return await FillAsync(cache, one.Key, cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            WarmLog.ObjectFailed(logger, one.Key, address, e.Message);
            return WarmResult.Failed;
        }
    }

    // Of several variants one is fetched: what the others were asked by is not in a key.
    private async Task<WarmResult> FillAsync(Cache cache, string key, CancellationToken cancel)
    {
        if (filler is null || !KeyedRequest.TryRead(cache.Index.Template, key, out var request) || !filler.Fits(request) || !hosts.Has(cache, request.Host)) return WarmResult.Skipped;
        if (!_asked.TryAdd((cache, key), true)) return WarmResult.Skipped;
        var known = new List<EntryRef>();
        cache.Index.CollectKey(System.Text.Encoding.UTF8.GetBytes(key), known);
        if (known.Count > 0) return WarmResult.Here;
        return await filler.FillAsync(request, cancel).ConfigureAwait(false) ? WarmResult.Fetched : WarmResult.Failed;
    }
}
