namespace Towncrier.Peers.ServiceBus;

/// <summary>The latest requests.</summary>
internal sealed class RequestLog(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<SeenRequest> _seen = new();

    public bool IsOff => capacity == 0;

    public void Add(SeenRequest request)
    {
        lock (_gate)
        {
            if (_seen.Count == capacity) _seen.Dequeue();
            _seen.Enqueue(request);
        }
    }

    public IReadOnlyList<SeenRequest> Snapshot()
    {
        lock (_gate) return [.. _seen];
    }
}
