using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Governing;

/// <summary>
/// The best victims of many samples, the least recently used first: as Redis evicts. It outlives the samples, so that a
/// victim that just missed one eviction is first in the next.
/// </summary>
internal sealed class VictimPool(int capacity)
{
    private readonly SortedSet<Victim> _victims = new(ByLastUse.Instance);
    private readonly HashSet<EntryRef> _known = [];

    public int Count => _victims.Count;

    public bool Contains(EntryRef entry) => _known.Contains(entry);

    /// <summary>Takes it in if there is room, or if it is a better victim than the worst here.</summary>
    public void Offer(Victim victim)
    {
        if (_known.Contains(victim.Entry.Entry)) return;
        if (_victims.Count == capacity)
        {
            if (ByLastUse.Instance.Compare(victim, _victims.Max) >= 0) return;
            Remove(_victims.Max);
        }

        _victims.Add(victim);
        _known.Add(victim.Entry.Entry);
    }

    public bool TryTake(out Victim victim)
    {
        victim = _victims.Min;
        return Remove(victim);
    }

    private bool Remove(Victim victim) => _known.Remove(victim.Entry.Entry) && _victims.Remove(victim);

    private sealed class ByLastUse : IComparer<Victim>
    {
        public static readonly ByLastUse Instance = new();

        public int Compare(Victim x, Victim y)
        {
            var byUse = x.LastUse.CompareTo(y.LastUse);
            if (byUse != 0) return byUse;
            var byName = x.Entry.Entry.Name.Value.CompareTo(y.Entry.Entry.Name.Value);
            return byName != 0 ? byName : x.Entry.Entry.Levels.Code.CompareTo(y.Entry.Entry.Levels.Code);
        }
    }
}
