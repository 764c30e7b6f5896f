namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>
/// The ids settled last. An acknowledgement that was on its way when the link failed never reached the broker, which then
/// delivers again what we have done; there are no more of those than the prefetch. Thread-safe.
/// </summary>
/// <param name="most">How many are remembered.</param>
internal sealed class SettledIds(int most)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Add(string id)
    {
        lock (_lock)
        {
            if (!_ids.Add(id)) return;
            _order.Enqueue(id);
            if (_order.Count > most) _ids.Remove(_order.Dequeue());
        }
    }

    public bool Contains(string id)
    {
        lock (_lock) return _ids.Contains(id);
    }
}
