using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching;

/// <summary>Whether entries of a host are looked at.</summary>
internal delegate bool HostFilter(KeyHost host);

/// <summary>One pattern of a message, on which hosts it is looked for, and where its finds go.</summary>
internal sealed record ScannedValue(ITextPattern Pattern, HostFilter Allows, List<EntryRef> Found);

/// <summary>
/// Finds entries by patterns, all patterns of a message in one pass. Records are read from snapshots without the
/// index's lock: an entry that comes or changes meanwhile is not missed, because the invalidation is armed before.
/// One literal is searched for over whole chunks at memory speed; several by an automaton.
/// </summary>
internal sealed class PatternScan(CacheIndex index)
{
    private const int ParallelFrom = 1 << 20; // bytes; below, starting threads costs more than it saves

    private readonly List<(Site Site, ChunkScan Scan)> _chunks = [];
    private LiteralAutomaton? _automaton;
    private ScannedValue[] _automatonOf = [];

    public void Run(IReadOnlyList<ScannedValue> values)
    {
        var everything = values.Where(v => v.Pattern is EverythingPattern).ToArray();
        var patterns = values.Except(everything).ToArray();
        var bytes = 0L;
        foreach (var site in index.Sites())
        {
            foreach (var value in everything)
                if (value.Allows(site.Host)) index.CollectSite(site, value.Found);
            var wanted = Array.FindAll(patterns, v => v.Allows(site.Host));
            if (wanted.Length == 0) continue;
            var automaton = Automaton(wanted);
            foreach (var chunk in index.Snapshot(site))
            {
                _chunks.Add((site, new ChunkScan(chunk, wanted, automaton)));
                bytes += chunk.Count;
            }
        }

        // All sites together: a cache of many small hosts is then read by all processors, too.
        if (bytes < ParallelFrom) foreach (var (_, scan) in _chunks) scan.Run();
        else Parallel.ForEach(_chunks, chunk => chunk.Scan.Run());
        foreach (var (site, scan) in _chunks)
            if (scan.Hits.Count > 0) index.Confirm(site, scan.Chunk, scan.Hits, scan.Found);
    }

    // Sites mostly want the same patterns; building the automaton costs more than a small site's scan.
    private LiteralAutomaton? Automaton(ScannedValue[] wanted)
    {
        if (wanted.Length == 1) return null;
        if (_automaton is not null && wanted.SequenceEqual(_automatonOf)) return _automaton;
        _automatonOf = wanted;
        return _automaton = new LiteralAutomaton([.. wanted.Select(v => v.Pattern.Literal)]);
    }
}
