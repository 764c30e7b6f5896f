using System.Collections.Concurrent;

namespace Towncrier.Peers.ServiceBus;

/// <summary>What a TopicDescription says, as far as it is kept.</summary>
internal sealed record TopicSettings
{
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    public TimeSpan AutoDeleteOnIdle { get; init; } = TimeSpan.MaxValue;

    public string Status { get; init; } = "Active";

    public string? UserMetadata { get; init; }
}

/// <summary>A topic: hands a copy of each message to every subscription that has a rule for it.</summary>
internal sealed class Topic(string name, TopicSettings settings, DateTimeOffset createdAt)
{
    private readonly ConcurrentDictionary<string, Subscription> _subscriptions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>By names that were subscriptions once.</summary>
    private readonly ConcurrentDictionary<string, bool> _former = new(StringComparer.OrdinalIgnoreCase);

    public string Name { get; } = name;

    public TopicSettings Settings { get; set; } = settings;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public ICollection<Subscription> Subscriptions => _subscriptions.Values;

    public Subscription? Find(string subscription) => _subscriptions.GetValueOrDefault(subscription);

    public bool Knew(string subscription) => _former.ContainsKey(subscription);

    /// <summary>False when there is one of that name.</summary>
    public bool TryAdd(Subscription subscription) => _subscriptions.TryAdd(subscription.Name, subscription);

    public bool Remove(string subscription)
    {
        if (!_subscriptions.TryRemove(subscription, out var removed)) return false;
        _former[subscription] = true;
        removed.Queue.Close();
        return true;
    }

    public void Send(Message message)
    {
        if (Settings.DefaultMessageTimeToLive < (message.Properties.TimeToLive ?? TimeSpan.MaxValue))
            message = message with { Properties = message.Properties with { TimeToLive = Settings.DefaultMessageTimeToLive } };
        foreach (var (_, subscription) in _subscriptions)
        {
            if (subscription.Wants(message)) subscription.Queue.Add(message);
        }
    }
}
