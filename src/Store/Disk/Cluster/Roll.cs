namespace Towncrier.Store.Cluster;

/// <summary>The nodes heard of, the latest thousand. Safe for any thread.</summary>
internal sealed class Roll
{
    private const int Most = 1000;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, Uri> _nodes = new(StringComparer.Ordinal);

    public IReadOnlyList<Uri> All
    {
        get { lock (_lock) return [.. _nodes.Values]; }
    }

    /// <summary>False when the node is known at that address.</summary>
    public bool TryAdd(string node, Uri address)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(node, out var known) && known == address) return false;
            _nodes[node] = address;
            if (_nodes.Count > Most) _nodes.RemoveAt(0);
            return true;
        }
    }
}
