using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Matching;

/// <summary>One pattern of a message and where its finds go.</summary>
internal sealed record ScannedValue(ITextPattern Pattern, HostScope Scope, List<EntryRef> Found);

/// <summary>
/// Finds entries by patterns, all patterns of a message in one pass. Records are read from snapshots without the
/// index's lock: an entry that comes or changes meanwhile is not missed, because the invalidation is armed before.
/// One literal is searched for over whole chunks at memory speed; several by an automaton.
/// </summary>
internal sealed class PatternScan(CacheIndex index)
{
    private const int ParallelFrom = 1 << 20; // bytes; below, starting threads costs more than it saves

    public void Run(IReadOnlyList<ScannedValue> values)
    {
        var everything = values.Where(v => v.Pattern is EverythingPattern).ToArray();
        var patterns = values.Except(everything).ToArray();
        foreach (var site in index.Sites())
        {
            foreach (var value in everything)
                if (value.Scope.Allows(site.Host)) index.CollectSite(site, value.Found);
            var wanted = patterns.Where(v => v.Scope.Allows(site.Host)).ToArray();
            if (wanted.Length > 0) Scan(site, wanted);
        }
    }

    private void Scan(Site site, ScannedValue[] wanted)
    {
        var chunks = index.Snapshot(site);
        var automaton = Automaton(wanted);
        var results = new ChunkScan[chunks.Length];
        if (chunks.Sum(c => (long)c.Count) < ParallelFrom)
            for (var i = 0; i < chunks.Length; i++) results[i] = ScanOne(chunks[i], wanted, automaton);
        else
            Parallel.For(0, chunks.Length, i => results[i] = ScanOne(chunks[i], wanted, automaton));
        foreach (var found in results.SelectMany(r => r.Found).GroupBy(f => f.Value))
            index.Confirm(site, found.Select(f => (f.Row, f.Text)), wanted[found.Key].Found);
    }

    private LiteralAutomaton? _automaton;
    private ScannedValue[] _automatonOf = [];

    // Sites mostly want the same patterns; building the automaton costs more than a small site's scan.
    private LiteralAutomaton? Automaton(ScannedValue[] wanted)
    {
        if (wanted.Length == 1) return null;
        if (_automaton is not null && wanted.SequenceEqual(_automatonOf)) return _automaton;
        _automatonOf = wanted;
        return _automaton = new LiteralAutomaton([.. wanted.Select(v => v.Pattern.Literal)]);
    }

    private static ChunkScan ScanOne(ArraySegment<byte> chunk, ScannedValue[] wanted, LiteralAutomaton? automaton)
    {
        var scan = new ChunkScan(chunk, wanted);
        if (automaton is not null) scan.Many(automaton);
        else scan.One();
        return scan;
    }
}
