namespace Towncrier.Providers;

/// <summary>What a received message is to us.</summary>
internal enum Admission
{
    /// <summary>To be delivered.</summary>
    New,

    /// <summary>We hold it already, and now by a newer handle.</summary>
    Held,

    /// <summary>It was completed; deleting it came too late.</summary>
    Completed,

    /// <summary>It was refused; it shall not be delivered again.</summary>
    Rejected,
}

/// <summary>
/// The messages we hold, by id, and the last ones that were settled for good: a message that is handed out again is then
/// known. Stays over reconnects. Holds as many as <see cref="Room"/> was found for. Thread-safe.
/// </summary>
/// <param name="remembered">How many that were settled are known, of the completed and of the refused each.</param>
/// <param name="longest">How long the broker hides a message from its receive on, however often that is prolonged.</param>
internal sealed class Ledger(int remembered, TimeSpan longest, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly Recent _completed = new(remembered);
    private readonly Recent _rejected = new(remembered);

    public int Count
    {
        get { lock (_lock) return _held.Count; }
    }

    /// <param name="visibility">For how long it is hidden from now.</param>
    /// <param name="held">The message, when it is new.</param>
    public Admission Admit(ReceivedMessage message, TimeSpan visibility, out Held? held)
    {
        held = null;
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (_completed.Contains(message.Id)) return Admission.Completed;
            if (_rejected.Contains(message.Id)) return Admission.Rejected;
            if (_held.TryGetValue(message.Id, out var known))
            {
                (known.Receipt, known.Attempt, known.ReceivedAt, known.Visibility, known.HiddenUntil, known.IsStale) = (message.Receipt, message.ReceiveCount, now, visibility, After(now, visibility), false);
                return Admission.Held;
            }

            held = new Held(message.Id, message.TransportId, message.Body, Headers(message.Attributes), message.SentAt)
            {
                Receipt = message.Receipt,
                Attempt = message.ReceiveCount,
                ReceivedAt = now,
                Visibility = visibility,
                HiddenUntil = After(now, visibility),
            };
            _held.Add(message.Id, held);
            return Admission.New;
        }
    }

    /// <returns>Its last handle.</returns>
    public string Complete(Held held) => Forget(held, _completed);

    /// <inheritdoc cref="Complete"/>
    public string Reject(Held held) => Forget(held, _rejected);

    /// <inheritdoc cref="Complete"/>
    public string Release(Held held) => Forget(held, null);

    /// <summary>Messages of whose visibility less than half is left, each with its handle and the seconds it may be hidden from now on.</summary>
    public IReadOnlyList<(Held Held, string Receipt, int Seconds)> Due()
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            List<(Held, string, int)> due = [];
            foreach (var held in _held.Values)
            {
                if (held.IsStale || clock.GetElapsedTime(now, held.HiddenUntil) > held.Visibility / 2) continue;
                var left = longest - TimeSpan.FromMinutes(1) - clock.GetElapsedTime(held.ReceivedAt, now);
                if (left < TimeSpan.FromSeconds(1)) held.IsStale = true; // it comes again, and is then held by another handle
                else due.Add((held, held.Receipt, (int)Math.Ceiling(Math.Min(held.Visibility.TotalSeconds, left.TotalSeconds))));
            }

            return due;
        }
    }

    /// <summary>It is still held, and by this handle.</summary>
    public bool IsHeld(Held held, string receipt)
    {
        lock (_lock) return held.Receipt == receipt && _held.GetValueOrDefault(held.Id) == held;
    }

    /// <summary>The broker hides it for so long from now, or will not any more.</summary>
    public void Extended(Held held, string receipt, TimeSpan? hidden)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (held.Receipt != receipt) return; // received again meanwhile
            if (hidden is { } time) held.HiddenUntil = After(now, time);
            else held.IsStale = true;
        }
    }

    private string Forget(Held held, Recent? into)
    {
        lock (_lock)
        {
            _held.Remove(held.Id);
            into?.Add(held.Id);
            return held.Receipt;
        }
    }

    private long After(long now, TimeSpan time) => now + (long)(time.TotalSeconds * clock.TimestampFrequency);

    // Of two names that differ only in case the last one counts.
    private static Dictionary<string, string> Headers(IReadOnlyDictionary<string, string> attributes)
    {
        var headers = new Dictionary<string, string>(attributes.Count, StringComparer.Ordinal);
        foreach (var (name, value) in attributes) headers[name.ToLowerInvariant()] = value;
        return headers;
    }
}
