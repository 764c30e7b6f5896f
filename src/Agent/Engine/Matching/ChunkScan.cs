using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Matching;

/// <summary>What the patterns of a message find in one chunk of records.</summary>
/// <param name="automaton">Of the patterns' literals; null when there is a single pattern.</param>
internal sealed class ChunkScan(ArraySegment<byte> chunk, ScannedValue[] wanted, LiteralAutomaton? automaton)
{
    public ReadOnlySpan<byte> Chunk => chunk;

    /// <summary>In the order of the chunk.</summary>
    public List<Hit> Hits { get; } = [];

    /// <summary>Where the finds of a value go, once they are confirmed.</summary>
    public List<EntryRef> Found(int value) => wanted[value].Found;

    public void Run()
    {
        if (automaton is null) One();
        else Many(automaton);
    }

    /// <summary>A single pattern: leaps from one occurrence of its literal to the next.</summary>
    private void One()
    {
        var pattern = wanted[0].Pattern;
        var literal = pattern.Literal.AsSpan();
        ReadOnlySpan<byte> all = chunk;
        var walk = new RecordWalk(all);
        var from = 0;
        while (true)
        {
            if (literal.Length > 0)
            {
                var hit = all[from..].IndexOf(literal);
                if (hit < 0) return;
                walk.SkipTo(from + hit - (all.Length - walk.Remaining));
            }

            if (!walk.MoveNext()) return;
            var record = walk.Current;
            if (record.Row != Arena.Dead && pattern.IsMatch(record.Uri)) Note(0, record, all);
            from = all.Length - walk.Remaining + walk.Size;
        }
    }

    /// <summary>Several patterns: one pass over each URI names the candidates.</summary>
    private void Many(LiteralAutomaton literals)
    {
        ReadOnlySpan<byte> all = chunk;
        var lastSeen = new int[wanted.Length];
        var candidates = new List<int>();
        var always = Enumerable.Range(0, wanted.Length).Where(i => wanted[i].Pattern.Literal.Length == 0).ToArray();
        var number = 0;
        Action<int> note = value =>
        {
            if (lastSeen[value] == number) return;
            lastSeen[value] = number;
            candidates.Add(value);
        };
        foreach (var record in new RecordWalk(all))
        {
            number++;
            if (record.Row == Arena.Dead) continue;
            candidates.Clear();
            literals.Search(record.Uri, note);
            foreach (var value in always) note(value);
            foreach (var value in candidates)
                if (wanted[value].Pattern.IsMatch(record.Uri)) Note(value, record, all);
        }
    }

    private void Note(int value, KeyRecord record, ReadOnlySpan<byte> all)
    {
        all.Overlaps(record.Text, out var at);
        Hits.Add(new Hit(value, record.Row, at, record.Text.Length));
    }
}
