using System.Text;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// A queue, a subscription's queue, or one's dead letters: its messages, and who waits for them. A queue and its dead letters
/// share one lock, so a message is always in exactly one of them.
/// </summary>
internal sealed class MessageQueue
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate;
    private readonly TimeProvider _clock;
    private readonly MessageStore _store;
    private readonly LinkedList<Waiter> _waiters = [];
    private bool _closed;
    private DateTimeOffset _usedAt;

    public MessageQueue(SubscriptionSettings settings, TimeProvider clock)
    {
        (_clock, _gate, _usedAt) = (clock, new Lock(), clock.GetUtcNow());
        DeadLetters = new MessageQueue(clock, _gate);
        _store = new MessageStore(settings, Bury);
    }

    private MessageQueue(TimeProvider clock, Lock gate) =>
        (_clock, _gate, _usedAt, _store) = (clock, gate, clock.GetUtcNow(), new MessageStore(new SubscriptionSettings(), null));

    /// <summary>Null for dead letters themselves.</summary>
    public MessageQueue? DeadLetters { get; }

    public SubscriptionSettings Settings
    {
        get { lock (_gate) return _store.Settings; }
    }

    public int Waiting
    {
        get { lock (_gate) return _waiters.Count; }
    }

    public void Change(SubscriptionSettings settings)
    {
        lock (_gate) (_store.Settings, _usedAt) = (settings, _clock.GetUtcNow());
    }

    public void MarkUsed()
    {
        lock (_gate) _usedAt = _clock.GetUtcNow();
    }

    /// <summary>A receive, even of nothing, a waiting one, and a change of it or its rules are use; what is sent to it is not.</summary>
    public bool IsIdle(DateTimeOffset now)
    {
        lock (_gate)
        {
            var used = _usedAt > DeadLetters!._usedAt ? _usedAt : DeadLetters._usedAt;
            return _waiters.Count == 0 && DeadLetters._waiters.Count == 0 && _store.Settings.AutoDeleteOnIdle < now - used;
        }
    }

    /// <summary>Adds a message; a receive that waits has it at once.</summary>
    public void Add(Message message)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            _store.Add(message, now);
            Serve(now);
        }
    }

    /// <summary>The first message that is ready, locked or, when <paramref name="destroy"/>, gone; waits for one. Null when there is none in time.</summary>
    public async Task<Received?> ReceiveAsync(bool destroy, TimeSpan wait, CancellationToken gone)
    {
        LinkedListNode<Waiter> waiter;
        lock (_gate)
        {
            var now = _usedAt = Now();
            if (_store.Take(now, destroy) is { } received) return received;
            if (wait <= TimeSpan.Zero || _closed) return null;
            waiter = _waiters.AddLast(new Waiter(destroy));
        }

        using var limit = new CancellationTokenSource(wait < LongestWait ? wait : LongestWait, _clock);
        await using var ended = limit.Token.Register(() => GiveUp(waiter));
        await using var left = gone.Register(() => GiveUp(waiter));
        return await waiter.Value.Result;
    }

    /// <summary>Deletes a locked message. False when the lock is not there any more.</summary>
    public bool Complete(string id, Guid token)
    {
        lock (_gate)
        {
            Now();
            if (_store.Find(id, token) is not { } stored) return false;
            _store.Complete(stored);
            return true;
        }
    }

    /// <summary>Lets others have a locked message again. False when the lock is not there any more.</summary>
    public bool Abandon(string id, Guid token)
    {
        lock (_gate)
        {
            var now = Now();
            if (_store.Find(id, token) is not { } stored) return false;
            _store.Return(stored);
            Serve(now);
            return true;
        }
    }

    /// <summary>Begins the lock's time anew. False when the lock is not there any more.</summary>
    public bool Renew(string id, Guid token)
    {
        lock (_gate)
        {
            var now = Now();
            if (_store.Find(id, token) is not { } stored) return false;
            _store.Renew(stored, now);
            return true;
        }
    }

    /// <summary>Ends what has ended by now: locks, lives, waiting to be scheduled.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            Now();
            DeadLetters?.Now();
        }
    }

    public MessageCounts Count()
    {
        lock (_gate)
        {
            Now();
            return new MessageCounts(_store.Ready, _store.Locked, DeadLetters is { } dead ? dead._store.Ready + dead._store.Locked : 0, _store.Scheduled);
        }
    }

    /// <summary>The bodies of what is ready or locked, in its order.</summary>
    public IReadOnlyList<string> Peek()
    {
        lock (_gate)
        {
            Now();
            return [.. _store.All.Select(one => Encoding.UTF8.GetString(one.Content.Body))];
        }
    }

    /// <summary>Ends all waiting: the entity is deleted.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var waiter in _waiters) waiter.Give(null);
            _waiters.Clear();
        }

        DeadLetters?.Close();
    }

    // The time, and everything that has ended by then.
    private DateTimeOffset Now()
    {
        var now = _clock.GetUtcNow();
        _store.Sweep(now);
        Serve(now);
        return now;
    }

    private void Serve(DateTimeOffset now)
    {
        while (_waiters.First is { } first && _store.Take(now, first.Value.Destroy) is { } received)
        {
            _waiters.RemoveFirst();
            _usedAt = now;
            first.Value.Give(received);
        }
    }

    private void GiveUp(LinkedListNode<Waiter> waiter)
    {
        lock (_gate)
        {
            _usedAt = _clock.GetUtcNow();
            if (waiter.List is not null) _waiters.Remove(waiter);
            waiter.Value.Give(null);
        }
    }

    private void Bury(StoredMessage stored, string reason, string description)
    {
        var dead = stored.Content with
        {
            Properties = stored.Content.Properties with { TimeToLive = null, ScheduledEnqueueTimeUtc = null },
            User = [.. stored.Content.User, KeyValuePair.Create("DeadLetterReason", (object)reason), KeyValuePair.Create("DeadLetterErrorDescription", (object)description)],
        };
        var now = _clock.GetUtcNow();
        DeadLetters!._store.Add(dead, now, stored.DeliveryCount);
        DeadLetters.Serve(now);
    }
}
