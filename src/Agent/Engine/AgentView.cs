using System.Diagnostics.CodeAnalysis;
using System.Text;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Receiving;

namespace Towncrier.Agent;

/// <summary>How one cache directory is doing.</summary>
/// <param name="Trouble">Why it is not ready; null when it is.</param>
/// <param name="ScanProgress">Entries the scan under way has read; 0 when none runs.</param>
public sealed record CacheStatus(
    string Path, string Key, bool Ready, string? Trouble, long Entries, long IndexBytes, int Tags, int Watches,
    long ScanProgress, long Overflows, long Armed, int UnparsedKeys);

/// <summary>An entry as the index knows it. Times are Unix seconds.</summary>
public sealed record EntrySummary(
    string File, string Key, string Host, string Uri, int Status, long Bytes, long Stored, long ValidUntil, string State, IReadOnlyList<string> Tags);

/// <summary>An invalidation that found an entry of the URL lately.</summary>
public sealed record TouchSummary(string Id, DateTimeOffset At, string Command, string Mode, string Source, string Key);

/// <summary>Why a URL is, or is not, served from the cache.</summary>
public sealed record Explanation(string Url, bool Cached, IReadOnlyList<EntrySummary> Entries, IReadOnlyList<TouchSummary> Invalidations);

/// <summary>What of the index is asked for; null means any. All that are given must hold.</summary>
public sealed record EntryQuery(string? Host, string? Uri, string? Tag, string? Prefix, string? Wildcard, string? Regex, int Limit);

/// <summary>Answers questions about a running agent. Safe from any thread; changes nothing.</summary>
public sealed class AgentView
{
    private readonly IReadOnlyList<Cache> _caches;
    private readonly SourceSet _sources;
    private readonly DedupeWindow _dedupe;
    private readonly TouchLog _touches;
    private readonly TimeProvider _clock;

    internal AgentView(IReadOnlyList<Cache> caches, SourceSet sources, DedupeWindow dedupe, TouchLog touches, TimeSpan fence, TimeProvider clock)
    {
        _caches = caches;
        _sources = sources;
        _dedupe = dedupe;
        _touches = touches;
        _clock = clock;
        Fence = fence;
    }

    public TimeSpan Fence { get; }

    public bool TryGetReport(string id, [NotNullWhen(true)] out InvalidationReport? report) => _dedupe.TryGet(id, out report);

    /// <summary>
    /// Why the agent is not ready, a line for each cache that is not and for each source that has not been connected since
    /// the start. One that loses its connection later does not make the agent unready: a broker's restart shall not take a
    /// whole fleet out of service.
    /// </summary>
    public IReadOnlyList<string> Unready() =>
    [
        .. Caches().Where(cache => !cache.Ready).Select(cache => $"{cache.Path}: {cache.Trouble ?? "the first scan is running"}"),
        .. _sources.Unready,
    ];

    public IReadOnlyList<ChannelState> Sources() => _sources.Channels;

    public IReadOnlyList<CacheStatus> Caches() => [.. _caches.Select(StatusOf)];

    /// <summary>Entries that fit the query, at most its limit.</summary>
    /// <param name="problem">Why the query cannot be answered, such as a regular expression that is not one.</param>
    public IReadOnlyList<EntrySummary> Entries(EntryQuery query, out string? problem)
    {
        var result = new List<EntrySummary>();
        problem = null;
        foreach (var cache in _caches)
        {
            var filters = EntryFilter.Compile(query, cache.Index, cache.Settings.Hosts, out problem);
            if (problem is not null) return [];
            foreach (var entry in filters.Find(cache.Index))
            {
                if (result.Count >= query.Limit) return result;
                if (cache.Index.Describe(entry) is { } known) result.Add(Summary(cache, known));
            }
        }

        return result;
    }

    /// <param name="problem">Why the URL is none.</param>
    public Explanation? Explain(string url, out string? problem)
    {
        var text = UrlText.Parse(url, cutFragment: true);
        var entries = Entries(new EntryQuery(null, url, null, null, null, null, 1000), out problem);
        if (problem is not null) return null;
        var touches = _touches.Of(text.Uri).Where(t => text.Host is null || t.Host.Length == 0 || HostName.Matches(Encoding.UTF8.GetBytes(t.Host), Encoding.UTF8.GetBytes(text.Host), open: false));
        return new Explanation(url, entries.Count > 0, entries, [.. touches.DistinctBy(t => t.Id).Select(t => new TouchSummary(
            t.Id, t.At, Wire.CommandNames.Of(t.Command), t.Mode == PurgeMode.Soft ? "soft" : "hard", t.Source, t.Key))]);
    }

    private static CacheStatus StatusOf(Cache cache)
    {
        var covered = cache.Watcher.Coverage.IsCovered;
        var trouble = cache.Watcher.Trouble;
        return new CacheStatus(
            cache.Root.Path, cache.Index.Template.Text, covered && trouble is null, trouble is "starting" ? null : trouble, cache.Index.Count,
            cache.Index.Bytes, cache.Index.Tags, cache.Watcher.Watches, cache.Watcher.ScanProgress, cache.Watcher.Overflows, cache.Armed,
            cache.Index.Sites().Where(site => !site.Parsed).Sum(site => site.Entries));
    }

    private EntrySummary Summary(Cache cache, IndexedEntry entry)
    {
        var fresh = entry.Valid >= _clock.GetUtcNow().ToUnixTimeSeconds();
        return new EntrySummary(
            cache.Root.PathOf(entry.Name, entry.Levels), entry.Key, entry.Host, entry.Uri, entry.Status, entry.Bytes,
            entry.Stored, entry.Valid, fresh ? "fresh" : "stale", entry.Tags);
    }
}
