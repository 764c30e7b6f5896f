using System.Diagnostics;

namespace Towncrier.Providers;

/// <summary>The last ids that were added, so many at most: about 150 B each. Not thread-safe.</summary>
internal sealed class Recent(int most)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public bool Contains(string id) => _ids.Contains(id);

    public void Add(string id)
    {
        Debug.Assert(most > 0, "remembers something");
        if (!_ids.Add(id)) return;
        _order.Enqueue(id);
        if (_order.Count > most) _ids.Remove(_order.Dequeue());
    }
}
