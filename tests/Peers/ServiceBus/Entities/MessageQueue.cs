namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// The messages of a queue, of a subscription, or of one's dead letters: who may have which until when. A queue and its
/// dead letters share one lock, so a message is always in exactly one of them.
/// </summary>
internal sealed class MessageQueue
{
    private readonly Lock _gate;
    private readonly TimeProvider _clock;
    private readonly PriorityQueue<StoredMessage, long> _ready = new(); // by sequence: what comes back comes first again
    private readonly PriorityQueue<StoredMessage, DateTimeOffset> _scheduled = new();
    private readonly PriorityQueue<(StoredMessage Message, Guid Token), DateTimeOffset> _lockEnds = new(); // of renewed and settled locks, too
    private readonly PriorityQueue<StoredMessage, DateTimeOffset> _lifeEnds = new(); // of messages that are gone, too
    private readonly Dictionary<Guid, StoredMessage> _locked = [];
    private readonly LinkedList<Waiter> _waiters = [];
    private int _readyCount; // without those whose life ended while they were ready
    private long _sequence;
    private bool _closed;
    private DateTimeOffset _usedAt;

    public MessageQueue(SubscriptionSettings settings, TimeProvider clock)
        : this(settings, clock, new Lock()) => DeadLetters = new MessageQueue(new SubscriptionSettings { MaxDeliveryCount = int.MaxValue }, clock, _gate);

    private MessageQueue(SubscriptionSettings settings, TimeProvider clock, Lock gate) =>
        (Settings, _clock, _gate, _usedAt) = (settings, clock, gate, clock.GetUtcNow());

    /// <summary>Null for dead letters themselves.</summary>
    public MessageQueue? DeadLetters { get; }

    public SubscriptionSettings Settings { get; private set; }

    public int Waiting
    {
        get { lock (_gate) return _waiters.Count; }
    }

    public void Change(SubscriptionSettings settings)
    {
        lock (_gate) (Settings, _usedAt) = (settings, _clock.GetUtcNow());
    }

    /// <summary>A receive, even of nothing, a waiting one, and a change of it or its rules are use; what is sent to it is not.</summary>
    public bool IsIdle(DateTimeOffset now)
    {
        lock (_gate) return _waiters.Count == 0 && DeadLetters!._waiters.Count == 0 && Settings.AutoDeleteOnIdle < now - Latest(_usedAt, DeadLetters._usedAt);
    }

    public void MarkUsed()
    {
        lock (_gate) _usedAt = _clock.GetUtcNow();
    }

    /// <summary>Adds a message; a receive that waits has it at once.</summary>
    public void Add(Message message)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var stored = new StoredMessage(message, ++_sequence, now);
            var life = LifeOf(message);
            if (life < TimeSpan.MaxValue && life < DateTimeOffset.MaxValue - now) _lifeEnds.Enqueue(stored, now + life);
            if (message.Properties.ScheduledEnqueueTimeUtc is { } at && at > now)
            {
                stored.State = StoredState.Scheduled;
                _scheduled.Enqueue(stored, at);
                return;
            }

            MakeReady(stored);
            Serve(now);
        }
    }

    /// <summary>The first message that is ready, locked or, when <paramref name="destroy"/>, gone; waits for one. Null when there is none in time.</summary>
    public async Task<Received?> ReceiveAsync(bool destroy, TimeSpan wait, CancellationToken gone)
    {
        LinkedListNode<Waiter> waiter;
        lock (_gate)
        {
            var now = _usedAt = _clock.GetUtcNow();
            SweepUnderLock(now);
            if (Take(now, destroy) is { } received) return received;
            if (wait <= TimeSpan.Zero || _closed) return null;
            waiter = _waiters.AddLast(new Waiter(destroy));
        }

        using var limit = new CancellationTokenSource(wait, _clock);
        await using var ended = limit.Token.Register(() => GiveUp(waiter));
        await using var left = gone.Register(() => GiveUp(waiter));
        return await waiter.Value.Result;
    }

    /// <summary>Deletes a locked message. False when the lock is not there any more.</summary>
    public bool Complete(string id, Guid token)
    {
        lock (_gate)
        {
            if (Unlock(id, token) is not { } stored) return false;
            Drop(stored);
            return true;
        }
    }

    /// <summary>Lets others have a locked message again. False when the lock is not there any more.</summary>
    public bool Abandon(string id, Guid token)
    {
        lock (_gate)
        {
            if (Unlock(id, token) is not { } stored) return false;
            var now = _clock.GetUtcNow();
            Return(stored);
            Serve(now);
            return true;
        }
    }

    /// <summary>Begins the lock's time anew. False when the lock is not there any more.</summary>
    public bool Renew(string id, Guid token)
    {
        lock (_gate)
        {
            SweepUnderLock(_clock.GetUtcNow());
            if (!_locked.TryGetValue(token, out var stored) || !IsNamed(stored, id)) return false;
            stored.LockedUntil = _clock.GetUtcNow() + Settings.LockDuration;
            _lockEnds.Enqueue((stored, token), stored.LockedUntil);
            return true;
        }
    }

    /// <summary>Ends what has ended by now: locks, lives, waiting to be scheduled.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            SweepUnderLock(now);
            DeadLetters?.SweepUnderLock(now);
        }
    }

    public MessageCounts Count()
    {
        lock (_gate)
        {
            SweepUnderLock(_clock.GetUtcNow());
            return new MessageCounts(_readyCount, _locked.Count, DeadLetters is { } dead ? dead._readyCount + dead._locked.Count : 0, _scheduled.Count);
        }
    }

    public IReadOnlyList<string> Peek()
    {
        lock (_gate)
        {
            SweepUnderLock(_clock.GetUtcNow());
            return [.. _ready.UnorderedItems.Select(one => one.Element).Where(one => one.State == StoredState.Active).Concat(_locked.Values)
                .OrderBy(one => one.Sequence).Select(one => System.Text.Encoding.UTF8.GetString(one.Content.Body))];
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

    private static bool IsNamed(StoredMessage stored, string id) =>
        id == stored.Content.Properties.MessageId || (long.TryParse(id, out var sequence) && sequence == stored.Sequence);

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private TimeSpan LifeOf(Message message) =>
        message.Properties.TimeToLive is { } life && life < Settings.DefaultMessageTimeToLive ? life : Settings.DefaultMessageTimeToLive;

    private void GiveUp(LinkedListNode<Waiter> waiter)
    {
        lock (_gate)
        {
            _usedAt = _clock.GetUtcNow();
            if (waiter.List is not null) _waiters.Remove(waiter);
            waiter.Value.Give(null);
        }
    }

    private void MakeReady(StoredMessage stored)
    {
        stored.State = StoredState.Active;
        _ready.Enqueue(stored, stored.Sequence);
        _readyCount++;
    }

    private void Serve(DateTimeOffset now)
    {
        while (_waiters.First is { } first && Take(now, first.Value.Destroy) is { } received)
        {
            _waiters.RemoveFirst();
            _usedAt = now;
            first.Value.Give(received);
        }
    }

    private Received? Take(DateTimeOffset now, bool destroy)
    {
        StoredMessage? stored;
        do
        {
            if (!_ready.TryDequeue(out stored, out _)) return null;
        }
        while (stored.State != StoredState.Active);

        _readyCount--;
        stored.DeliveryCount++;
        if (!destroy)
        {
            stored.State = StoredState.Locked;
            stored.LockToken = Guid.NewGuid();
            stored.LockedUntil = now + Settings.LockDuration;
            _locked.Add(stored.LockToken, stored);
            _lockEnds.Enqueue((stored, stored.LockToken), stored.LockedUntil);
        }

        var received = new Received(stored.Content, stored.Sequence, stored.EnqueuedAt, stored.DeliveryCount, destroy ? Guid.Empty : stored.LockToken, stored.LockedUntil, LifeOf(stored.Content));
        if (destroy) Drop(stored);
        return received;
    }

    private StoredMessage? Unlock(string id, Guid token)
    {
        SweepUnderLock(_clock.GetUtcNow());
        return _locked.TryGetValue(token, out var stored) && IsNamed(stored, id) && _locked.Remove(token) ? stored : null;
    }

    // A message whose life ended while it was locked is found by the next sweep.
    private void Return(StoredMessage stored)
    {
        if (stored.DeliveryCount >= Settings.MaxDeliveryCount && DeadLetters is not null)
        {
            Bury(stored, "MaxDeliveryCountExceeded", $"Message could not be consumed after {Settings.MaxDeliveryCount} delivery attempts.");
        }
        else
        {
            MakeReady(stored);
            if (LifeOf(stored.Content) is var life && life < DateTimeOffset.MaxValue - stored.EnqueuedAt) _lifeEnds.Enqueue(stored, stored.EnqueuedAt + life);
        }
    }

    private void SweepUnderLock(DateTimeOffset now)
    {
        while (_lockEnds.TryPeek(out var end, out var at) && at <= now)
        {
            _lockEnds.Dequeue();
            if (end.Message.State != StoredState.Locked || end.Message.LockToken != end.Token || end.Message.LockedUntil > now) continue;
            if (_locked.Remove(end.Token)) Return(end.Message);
        }

        while (_scheduled.TryPeek(out var due, out var at) && at <= now)
        {
            _scheduled.Dequeue();
            if (due.State == StoredState.Scheduled) MakeReady(due);
        }

        while (_lifeEnds.TryPeek(out var old, out var at) && at <= now)
        {
            _lifeEnds.Dequeue();
            if (old.State is not StoredState.Active) continue;
            _readyCount--;
            if (Settings.DeadLetteringOnMessageExpiration && DeadLetters is not null) Bury(old, "TTLExpiredException", "The message expired and was dead lettered.");
            else Drop(old);
        }

        Serve(now);
    }

    private void Bury(StoredMessage stored, string reason, string description)
    {
        var dead = stored.Content with
        {
            Properties = stored.Content.Properties with { TimeToLive = null, ScheduledEnqueueTimeUtc = null },
            User = [.. stored.Content.User, KeyValuePair.Create("DeadLetterReason", (object)reason), KeyValuePair.Create("DeadLetterErrorDescription", (object)description)],
        };
        Drop(stored);
        DeadLetters!.MakeReady(new StoredMessage(dead, ++DeadLetters._sequence, stored.EnqueuedAt) { DeliveryCount = stored.DeliveryCount });
        DeadLetters.Serve(_clock.GetUtcNow());
    }

    private static void Drop(StoredMessage stored)
    {
        stored.State = StoredState.Gone;
        stored.Content = stored.Content with { Body = [], User = [] };
    }
}
