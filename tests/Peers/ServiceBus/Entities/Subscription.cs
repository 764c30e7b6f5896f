using System.Collections.Concurrent;

namespace Towncrier.Peers.ServiceBus;

/// <summary>A subscription's rules and its queue. A message that fits several rules is taken once, as the real one does for rules without an action.</summary>
internal sealed class Subscription(string name, MessageQueue queue, DateTimeOffset createdAt)
{
    private readonly ConcurrentDictionary<string, Rule> _rules = new(StringComparer.OrdinalIgnoreCase);

    public string Name { get; } = name;

    public MessageQueue Queue { get; } = queue;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public IEnumerable<Rule> Rules => _rules.Values.OrderBy(one => one.Name, StringComparer.Ordinal);

    public Rule? Find(string rule) => _rules.GetValueOrDefault(rule);

    /// <summary>False when there is one of that name.</summary>
    public bool AddRule(Rule rule)
    {
        Queue.MarkUsed();
        return _rules.TryAdd(rule.Name, rule);
    }

    public void ReplaceRule(Rule rule)
    {
        Queue.MarkUsed();
        _rules[rule.Name] = rule;
    }

    public bool RemoveRule(string rule)
    {
        Queue.MarkUsed();
        return _rules.TryRemove(rule, out _);
    }

    public bool Wants(Message message)
    {
        foreach (var (_, rule) in _rules)
        {
            if (rule.Filter.Matches(message)) return true;
        }

        return false;
    }
}
