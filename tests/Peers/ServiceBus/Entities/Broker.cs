using System.Collections.Concurrent;

namespace Towncrier.Peers.ServiceBus;

/// <summary>A namespace: its entities, and the time that passes for them whether the server listens or not.</summary>
internal sealed class Broker(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, (MessageQueue Queue, DateTimeOffset CreatedAt, string Name)> _queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _former = new(StringComparer.OrdinalIgnoreCase);
    private ITimer? _sweeper;

    public IEnumerable<Topic> Topics => _topics.Values.OrderBy(one => one.Name, StringComparer.Ordinal);

    public IEnumerable<(MessageQueue Queue, DateTimeOffset CreatedAt, string Name)> Queues => _queues.Values.OrderBy(one => one.Name, StringComparer.Ordinal);

    public int Waiting => AllQueues().Sum(one => one.Waiting + one.DeadLetters!.Waiting);

    public void Start() => _sweeper = clock.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);

    public Topic? FindTopic(string name) => _topics.GetValueOrDefault(name);

    public MessageQueue? FindQueue(string name) => _queues.TryGetValue(name, out var found) ? found.Queue : null;

    /// <summary>Whether there was such an entity once.</summary>
    public bool Knew(string name) => _former.ContainsKey(name);

    /// <summary>False when there is a topic or a queue of that name.</summary>
    public bool TryAddTopic(string name, TopicSettings settings) => FindQueue(name) is null && _topics.TryAdd(name, new Topic(name, settings, clock.GetUtcNow()));

    /// <inheritdoc cref="TryAddTopic"/>
    public bool TryAddQueue(string name, SubscriptionSettings settings) =>
        FindTopic(name) is null && _queues.TryAdd(name, (new MessageQueue(settings, clock), clock.GetUtcNow(), name));

    /// <summary>Adds one with <paramref name="rule"/>, or the rule <c>$Default</c>, true or of its settings. False when there is one of that name.</summary>
    public bool TryAddSubscription(Topic topic, string name, SubscriptionSettings settings, Rule? rule = null)
    {
        var now = clock.GetUtcNow();
        var subscription = new Subscription(name, new MessageQueue(settings, clock), now);
        subscription.AddRule(rule ?? Rule.OfSql(Rule.DefaultName, settings.Filter, now));
        return topic.TryAdd(subscription);
    }

    public bool Remove(string name)
    {
        if (_topics.TryRemove(name, out var topic))
        {
            foreach (var subscription in topic.Subscriptions) topic.Remove(subscription.Name);
        }
        else if (_queues.TryRemove(name, out var queue))
        {
            queue.Queue.Close();
        }
        else
        {
            return false;
        }

        return _former[name] = true;
    }

    public bool RemoveSubscription(string topic, string name) => FindTopic(topic)?.Remove(name) == true;

    public void Send(string entity, Message message)
    {
        if (FindTopic(entity) is { } topic) topic.Send(message);
        else QueueOf(entity).Add(message);
    }

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Topic TopicOf(string name) => FindTopic(name) ?? throw new InvalidOperationException($"there is no topic {name}");

    /// <inheritdoc cref="TopicOf"/>
    public MessageQueue QueueOf(string name) => FindQueue(name) ?? throw new InvalidOperationException($"there is no queue {name}");

    /// <inheritdoc cref="TopicOf"/>
    public Subscription SubscriptionOf(string topic, string name) =>
        TopicOf(topic).Find(name) ?? throw new InvalidOperationException($"there is no subscription {topic}/{name}");

    public void Sweep()
    {
        var now = clock.GetUtcNow();
        foreach (var queue in AllQueues()) queue.Sweep();
        foreach (var (name, queue) in _queues)
        {
            if (queue.Queue.IsIdle(now)) Remove(name);
        }

        foreach (var topic in _topics.Values)
        {
            foreach (var idle in topic.Subscriptions.Where(one => one.Queue.IsIdle(now))) topic.Remove(idle.Name);
        }
    }

    public void Dispose() => _sweeper?.Dispose();

    private IEnumerable<MessageQueue> AllQueues() => _queues.Values.Select(one => one.Queue).Concat(_topics.Values.SelectMany(one => one.Subscriptions).Select(one => one.Queue));
}
