namespace Towncrier.Store.Cluster;

/// <summary>What a notice tells of the node that sent it.</summary>
internal enum Heard
{
    /// <summary>It was heard of before, and nothing of it was missed.</summary>
    Known,

    /// <summary>It is heard of for the first time.</summary>
    New,

    /// <summary>The same, and there was one of that name elsewhere: it was moved, or two have one name.</summary>
    Moved,

    /// <summary>It is known, and what it has stored lately may have been missed: it was started again, or notices were lost.</summary>
    Missed,
}

/// <summary>
/// The nodes heard of, the latest thousand. That notices were lost is told of each when it is heard of again: one that is
/// gone is never asked what it had. Safe for any thread.
/// </summary>
internal sealed class Roll
{
    private const int Most = 1000;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<(string Node, Uri Address), (long Run, long Age)> _nodes = [];
    private long _age;

    public Heard Hear(Notice notice)
    {
        var node = (notice.Node, notice.Address);
        lock (_lock)
        {
            var isKnown = _nodes.TryGetValue(node, out var known);
            if (isKnown && known == (notice.Run, _age)) return Heard.Known;
            _nodes[node] = (notice.Run, _age);
            if (_nodes.Count > Most) _nodes.RemoveAt(0);
            if (isKnown) return Heard.Missed;
            return _nodes.Keys.Any(other => other.Node == notice.Node && other.Address != notice.Address) ? Heard.Moved : Heard.New;
        }
    }

    /// <summary>Notices of any node may have been lost until now.</summary>
    public void MissAll()
    {
        lock (_lock) _age++;
    }
}
