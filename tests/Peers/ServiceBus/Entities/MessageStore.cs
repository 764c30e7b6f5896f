namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// A queue's messages by what they wait for: a receiver, their time, the end of a lock or of their life. Has no lock of its
/// own: only under that of its queue.
/// </summary>
/// <param name="bury">Takes a message that is now a dead letter, with its reason and description; null where it ends there.</param>
internal sealed class MessageStore(SubscriptionSettings settings, Action<StoredMessage, string, string>? bury)
{
    private readonly PriorityQueue<StoredMessage, long> _ready = new(); // by sequence: what comes back comes first again
    private readonly PriorityQueue<StoredMessage, DateTimeOffset> _scheduled = new();
    private readonly PriorityQueue<(StoredMessage Message, Guid Token), DateTimeOffset> _lockEnds = new(); // of renewed and settled locks, too
    private readonly PriorityQueue<StoredMessage, DateTimeOffset> _lifeEnds = new(); // of messages that are gone, too
    private readonly Dictionary<Guid, StoredMessage> _locked = [];
    private long _sequence;

    public SubscriptionSettings Settings { get; set; } = settings;

    /// <summary>Without those whose life ended while they were ready.</summary>
    public int Ready { get; private set; }

    public int Locked => _locked.Count;

    public int Scheduled => _scheduled.Count;

    /// <summary>What is ready or locked, in its order.</summary>
    public IEnumerable<StoredMessage> All =>
        _ready.UnorderedItems.Select(one => one.Element).Where(one => one.State == StoredState.Active).Concat(_locked.Values).OrderBy(one => one.Sequence);

    public void Add(Message message, DateTimeOffset now, int deliveries = 0)
    {
        var stored = new StoredMessage(message, ++_sequence, now) { DeliveryCount = deliveries };
        MarkLifeEnd(stored);
        if (message.Properties.ScheduledEnqueueTimeUtc is { } at && at > now)
        {
            stored.State = StoredState.Scheduled;
            _scheduled.Enqueue(stored, at);
        }
        else
        {
            MakeReady(stored);
        }
    }

    /// <summary>The first that is ready, locked or dropped; null when there is none.</summary>
    public Received? Take(DateTimeOffset now, bool destroy)
    {
        StoredMessage? stored;
        do
        {
            if (!_ready.TryDequeue(out stored, out _)) return null;
        }
        while (stored.State != StoredState.Active);

        Ready--;
        stored.DeliveryCount++;
        stored.LockToken = destroy ? Guid.Empty : Guid.NewGuid();
        stored.LockedUntil = now + Settings.LockDuration;
        var received = new Received(stored.Content, stored.Sequence, stored.EnqueuedAt, stored.DeliveryCount, stored.LockToken, stored.LockedUntil, LifeOf(stored.Content));
        if (destroy)
        {
            Drop(stored);
        }
        else
        {
            stored.State = StoredState.Locked;
            _locked.Add(stored.LockToken, stored);
            _lockEnds.Enqueue((stored, stored.LockToken), stored.LockedUntil);
        }

        return received;
    }

    /// <summary>The message of a lock that holds; null when it does not, or is another's.</summary>
    /// <param name="id">Its message id or its sequence number.</param>
    public StoredMessage? Find(string id, Guid token) =>
        _locked.TryGetValue(token, out var stored) && (id == stored.Content.Properties.MessageId || (long.TryParse(id, out var sequence) && sequence == stored.Sequence)) ? stored : null;

    public void Complete(StoredMessage stored)
    {
        _locked.Remove(stored.LockToken);
        Drop(stored);
    }

    public void Renew(StoredMessage stored, DateTimeOffset now)
    {
        stored.LockedUntil = now + Settings.LockDuration;
        _lockEnds.Enqueue((stored, stored.LockToken), stored.LockedUntil);
    }

    /// <summary>Ends a lock: the message is ready again, or a dead letter after its last delivery.</summary>
    public void Return(StoredMessage stored)
    {
        _locked.Remove(stored.LockToken);
        if (stored.DeliveryCount >= Settings.MaxDeliveryCount && bury is not null)
        {
            bury(stored, "MaxDeliveryCountExceeded", $"Message could not be consumed after {Settings.MaxDeliveryCount} delivery attempts.");
            Drop(stored);
        }
        else
        {
            MakeReady(stored);
            MarkLifeEnd(stored); // it may have been over while it was locked, and passed by
        }
    }

    /// <summary>Ends what has ended by now: locks, then waiting to be scheduled, then lives.</summary>
    public void Sweep(DateTimeOffset now)
    {
        while (_lockEnds.TryPeek(out var end, out var at) && at <= now)
        {
            _lockEnds.Dequeue();
            if (end.Message.State == StoredState.Locked && end.Message.LockToken == end.Token && end.Message.LockedUntil <= now) Return(end.Message);
        }

        while (_scheduled.TryPeek(out var due, out var at) && at <= now) MakeReady(_scheduled.Dequeue());

        while (_lifeEnds.TryPeek(out var old, out var at) && at <= now)
        {
            _lifeEnds.Dequeue();
            if (old.State != StoredState.Active) continue;
            Ready--;
            if (Settings.DeadLetteringOnMessageExpiration) bury?.Invoke(old, "TTLExpiredException", "The message expired and was dead lettered.");
            Drop(old);
        }
    }

    private TimeSpan LifeOf(Message message) =>
        message.Properties.TimeToLive is { } life && life < Settings.DefaultMessageTimeToLive ? life : Settings.DefaultMessageTimeToLive;

    private void MarkLifeEnd(StoredMessage stored)
    {
        var life = LifeOf(stored.Content);
        if (life < DateTimeOffset.MaxValue - stored.EnqueuedAt) _lifeEnds.Enqueue(stored, stored.EnqueuedAt + life);
    }

    private void MakeReady(StoredMessage stored)
    {
        stored.State = StoredState.Active;
        _ready.Enqueue(stored, stored.Sequence);
        Ready++;
    }

    private static void Drop(StoredMessage stored)
    {
        stored.State = StoredState.Gone;
        stored.Content = stored.Content with { Body = [], User = [] };
    }
}
