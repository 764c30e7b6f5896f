namespace Towncrier.Agent.Matching;

/// <summary>
/// Finds which of many literals stand in a text, in one pass over it (Aho and Corasick, 1975). Bytes that occur in no
/// literal share one column, and of a long literal only its last bytes are looked for: a scan needs candidates, not proof.
/// </summary>
internal sealed class LiteralAutomaton
{
    private const int Ends = int.MinValue;
    private const int MostBytes = 24; // of one literal: 10,000 literals then need some 40 MB while the message is handled

    private readonly byte[] _column = new byte[256]; // 0: occurs in no literal
    private readonly int _columns;
    private readonly int[] _next;    // by state * columns + column: the next state * columns, marked if a literal ends in it
    private readonly int[] _literal; // the literal that ends in a state, or -1
    private readonly int[] _also;    // the next shorter state in which a literal ends, or 0
    private readonly int[] _sameAs;  // the previous literal of the same text, or -1
    private int _states = 1;

    public LiteralAutomaton(IReadOnlyList<byte[]> literals)
    {
        var cut = literals.Select(l => l.Length <= MostBytes ? l : l[^MostBytes..]).ToArray();
        var columns = 1;
        foreach (var b in cut.SelectMany(l => l))
            if (_column[b] == 0) _column[b] = checked((byte)Math.Min(columns++, 255));
        _columns = Math.Min(columns, 256);
        var most = 1 + cut.Sum(l => l.Length);
        _next = new int[most * _columns];
        _literal = new int[most];
        _also = new int[most];
        _literal.AsSpan().Fill(-1);
        _sameAs = new int[cut.Length];
        for (var i = 0; i < cut.Length; i++) Insert(cut[i], i);
        Link();
        foreach (ref var to in _next.AsSpan(0, _states * _columns))
            to = (to * _columns) | (to != 0 && (_literal[to] >= 0 || _also[to] != 0) ? Ends : 0);
    }

    /// <summary>Calls <paramref name="found"/> with each literal at each place it ends.</summary>
    public void Search(ReadOnlySpan<byte> text, Action<int> found)
    {
        var next = _next;
        var column = _column;
        var to = 0;
        foreach (var b in text)
        {
            to = next[(to & ~Ends) + column[b]];
            if (to >= 0) continue;
            var state = (to & ~Ends) / _columns;
            for (var at = _literal[state] >= 0 ? state : _also[state]; at != 0; at = _also[at])
                for (var literal = _literal[at]; literal >= 0; literal = _sameAs[literal]) found(literal);
        }
    }

    private void Insert(byte[] literal, int number)
    {
        var state = 0;
        foreach (var b in literal)
        {
            ref var next = ref _next[(state * _columns) + _column[b]];
            if (next == 0) next = _states++;
            state = next;
        }

        _sameAs[number] = _literal[state];
        _literal[state] = number;
    }

    private void Link()
    {
        var fall = new int[_states];
        var queue = new Queue<int>();
        for (var column = 0; column < _columns; column++)
            if (_next[column] != 0) queue.Enqueue(_next[column]);
        while (queue.TryDequeue(out var state))
        {
            _also[state] = _literal[fall[state]] >= 0 ? fall[state] : _also[fall[state]];
            for (var column = 0; column < _columns; column++)
            {
                ref var next = ref _next[(state * _columns) + column];
                var otherwise = _next[(fall[state] * _columns) + column];
                if (next == 0)
                {
                    next = otherwise;
                }
                else
                {
                    fall[next] = otherwise;
                    queue.Enqueue(next);
                }
            }
        }
    }
}
