namespace Towncrier.Peers;

/// <summary>What is to go wrong next. Faults of one operation are used up in the order they were set.</summary>
public sealed class ServiceBusFaults
{
    private readonly Lock _gate = new();
    private readonly LinkedList<ServiceBusFault> _next = [];
    private readonly Dictionary<ServiceBusOperation, TimeSpan> _delays = [];
    private bool _used; // spares every request the lock while there are none

    /// <summary>Answers the next <paramref name="count"/> calls with an error, before anything is done. 503 is ServerBusy, 401 a bad signature, 500 an internal error.</summary>
    public void Fail(ServiceBusOperation operation, int status, int count = 1) => Add(new ServiceBusFault(operation, status, CutAfterWork: false), count);

    /// <summary>Cuts the connection of the next <paramref name="count"/> calls, before or after their work is done; no answer goes out.</summary>
    public void Cut(ServiceBusOperation operation, bool afterWork, int count = 1) => Add(new ServiceBusFault(operation, Status: 0, afterWork), count);

    /// <summary>Holds back every answer for so long once its work is done; zero no longer.</summary>
    public void Delay(ServiceBusOperation operation, TimeSpan by)
    {
        lock (_gate)
        {
            _delays[operation] = by;
            _used = true;
        }
    }

    /// <summary>Forgets all faults and delays.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _next.Clear();
            _delays.Clear();
        }
    }

    /// <summary>The fault of this call, used up by asking.</summary>
    internal ServiceBusFault? Take(ServiceBusOperation operation)
    {
        if (!Volatile.Read(ref _used)) return null;
        lock (_gate)
        {
            for (var node = _next.First; node is not null; node = node.Next)
            {
                if (node.Value.Operation != operation && node.Value.Operation != ServiceBusOperation.Any) continue;
                _next.Remove(node);
                return node.Value;
            }

            return null;
        }
    }

    internal TimeSpan DelayOf(ServiceBusOperation operation)
    {
        if (!Volatile.Read(ref _used)) return TimeSpan.Zero;
        lock (_gate)
            return _delays.TryGetValue(operation, out var by) || _delays.TryGetValue(ServiceBusOperation.Any, out by) ? by : TimeSpan.Zero;
    }

    private void Add(ServiceBusFault fault, int count)
    {
        lock (_gate)
        {
            for (var i = 0; i < count; i++) _next.AddLast(fault);
            _used = true;
        }
    }
}

/// <param name="Status">0 cuts the connection.</param>
internal sealed record ServiceBusFault(ServiceBusOperation Operation, int Status, bool CutAfterWork);
