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
/// for them once it is warm. Safe for any thread.
/// </summary>
internal sealed class Warmup(
    IReadOnlyList<Cache> caches, WarmOptions options, NginxPhases phases, NginxFiller? filler, ServedHosts hosts, WarmTally tally, WarmBudget budget, TimeProvider clock, ILogger logger) : IDisposable
{
    private const int AtATime = 4;
    private const int FailuresOfOneAway = 8;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private readonly PeerClient _client = new(options.Token, clock);
    private readonly Lock _opening = new();
    private readonly Dictionary<Cache, EntryPlacer?> _placers = [];
    private readonly ConcurrentDictionary<(Cache, EntryName), bool> _seen = new(); // in hand, or here by now
    private readonly ConcurrentDictionary<(Cache, string), bool> _asked = new();
    private int _peers;

    /// <summary>Peers whose list was read.</summary>
    public int Peers => Volatile.Read(ref _peers);

    /// <exception cref="OperationCanceledException">The time is over.</exception>
    public async Task TakeFromAsync(Uri address, CancellationToken cancel)
    {
        try
        {
            var list = await ReadAsync(address, cancel).ConfigureAwait(false);
            Interlocked.Increment(ref _peers);
            var ours = list.Caches.Select(their => Matching(their, list.Caches.Count)).ToArray();
            for (var i = 0; i < ours.Length; i++)
                if (ours[i] is { } cache && list.Objects.Any(one => one.Cache == i)) Open(cache, list.Caches[i]);
            var left = await TakeAsync(address, list, list.Objects, ours, cancel).ConfigureAwait(false);
            // What another peer had offered and then could not give.
            await TakeAsync(address, list, left, ours, cancel).ConfigureAwait(false);
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

    // One that does not answer yet may do so in a moment: it, too, may have just been started.
    private async Task<SharedEntries> ReadAsync(Uri address, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var list = (await _client.ReadListAsync(address, $"newest={options.Objects}", options.Objects, SharedEntriesJson.Default.SharedEntries, cancel).ConfigureAwait(false)).Value;
                if (list is not { Caches: { } theirs, Objects: { } objects } || objects.Any(one => one?.File is null || one.Key is null || one.Cache < 0 || one.Cache >= theirs.Count) || theirs.Any(one => one?.Path is null || one.Levels is null))
                    throw new PeerException("its list is none", isLasting: true);
                return list;
            }
            catch (PeerException e) when (!e.IsLasting)
            {
                if (tries == 1) WarmLog.PeerFailed(logger, address, e.Message);
                await Task.Delay(BetweenTries, clock, cancel).ConfigureAwait(false);
            }
        }
    }

    // By its path; where each host has one cache, it is the same by whatever name.
    private Cache? Matching(SharedCache their, int all)
        => caches.FirstOrDefault(cache => cache.Root.Path == their.Path) ?? (caches.Count == 1 && all == 1 ? caches[0] : null);

    /// <returns>What was in another's hands.</returns>
    private async Task<IReadOnlyList<SharedEntry>> TakeAsync(Uri address, SharedEntries list, IReadOnlyList<SharedEntry> objects, Cache?[] ours, CancellationToken cancel)
    {
        var (left, failures) = (new ConcurrentBag<SharedEntry>(), 0);
        await Parallel.ForEachAsync(objects, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (one, stop) =>
        {
            if (ours[one.Cache] is not { } cache || !await budget.TakeAsync(stop).ConfigureAwait(false)) return;
            var result = await TakeOnceAsync(address, list.Caches[one.Cache].Path, cache, one, stop).ConfigureAwait(false);
            budget.Tell(result is WarmResult.Placed or WarmResult.Fetched);
            if (result is { } known) tally.Add(known);
            else left.Add(one);
            if (result is not null and not WarmResult.Failed) Volatile.Write(ref failures, 0);
            else if (result is not null && Interlocked.Increment(ref failures) == FailuresOfOneAway) throw new IOException($"{address}: {FailuresOfOneAway} objects in a row failed; no more are tried");
        }).ConfigureAwait(false);
        return [.. left];
    }

    private void Open(Cache cache, SharedCache their)
    {
        lock (_opening)
        {
            if (!_placers.ContainsKey(cache)) _placers[cache] = TryOpen(cache, their);
        }
    }

    private EntryPlacer? PlacerOf(Cache cache)
    {
        lock (_opening) return _placers.GetValueOrDefault(cache);
    }

    private EntryPlacer? TryOpen(Cache cache, SharedCache their)
    {
        var problem = $"its levels are not known, for it is empty, and the peer's are '{their.Levels}'";
        var levels = LevelWords.Of(cache.Index, new Random()) ?? phases.LevelsOf(cache.Root.Path) ?? (LevelWords.TryRead(their.Levels, out var told) ? told : null);
        var placer = levels is { } known ? EntryPlacer.TryOpen(cache, known, phases.WorkersOf(cache.Root.Path), _client, clock, out problem) : null;
        if (placer is null) WarmLog.NotPlacing(logger, cache.Root.Path, problem);
        return placer;
    }

    /// <returns>Null for what another peer offered, too.</returns>
    private async Task<WarmResult?> TakeOnceAsync(Uri address, string path, Cache cache, SharedEntry one, CancellationToken cancel)
    {
        if (!EntryName.TryParse(System.Text.Encoding.UTF8.GetBytes(one.File), out var name)) return WarmResult.Invalid;
        if (!_seen.TryAdd((cache, name), true)) return null;
        var result = await TakeAsync(address, path, cache, one, name, cancel).ConfigureAwait(false);
        // Another peer may have what this one has no more, or in order.
        if (result is WarmResult.Failed or WarmResult.Invalid or WarmResult.Gone) _seen.TryRemove((cache, name), out _);
        return result;
    }

    private async Task<WarmResult> TakeAsync(Uri address, string path, Cache cache, SharedEntry one, EntryName name, CancellationToken cancel)
    {
        if (one.Valid <= clock.GetUtcNow().ToUnixTimeSeconds()) return WarmResult.Gone;
        var placer = PlacerOf(cache);
        if (placer is not null && cache.Index.HeadOf(new EntryRef(0, name, placer.Levels)) is not null) return WarmResult.Here;
        try
        {
            if (await IsColdAsync().ConfigureAwait(false))
            {
                if (placer is null) return WarmResult.Skipped;
                if (await placer.PlaceAsync(address, path, name, IsColdAsync, cancel).ConfigureAwait(false) is { } result) return result;
            }

            return await FillAsync(cache, one.Key, cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            WarmLog.ObjectFailed(logger, SharedObject.Shown(one.Key), address, e.Message);
            return WarmResult.Failed;
        }

        async Task<bool> IsColdAsync() => await phases.NowAsync(cancel).ConfigureAwait(false) != NginxPhase.Warm;
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
