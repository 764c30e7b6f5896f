namespace Towncrier.Providers.Redis.Reading;

/// <summary>When the messages that are not settled arrived. Thread-safe.</summary>
internal sealed class UnsettledTimes
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Message> _inOrder = new();
    private readonly Dictionary<Message, LinkedListNode<Message>> _nodes = [];

    /// <summary>Of the one that arrived first; null when all are settled.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_lock) return _inOrder.First?.Value.Arrived;
        }
    }

    public void Add(Message message)
    {
        lock (_lock) _nodes.Add(message, _inOrder.AddLast(message));
    }

    public void Remove(Message message)
    {
        lock (_lock)
        {
            if (_nodes.Remove(message, out var node)) _inOrder.Remove(node);
        }
    }
}
