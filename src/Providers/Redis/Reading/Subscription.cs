using Towncrier.Providers.Redis.Wire;

namespace Towncrier.Providers.Redis.Reading;

/// <summary>
/// A connection that is subscribed: tells messages from everything else that comes over it, by RESP2 and RESP3 alike.
/// One reads, another pings.
/// </summary>
internal sealed class Subscription(IReadOnlyList<string> channels, RedisConnection link, TimeSpan timeout, TimeProvider clock)
{
    private static readonly RespCommand Ping = new("PING");

    // Between the first confirmation and the last, messages of the first may come. Few: all is sent in one packet.
    private const int MaxEarly = 10_000;

    private readonly Queue<(string Channel, RespValue Body)> _early = new();
    private readonly Lock _lock = new();
    private DateTimeOffset? _pinged;  // null when no ping is under way
    private DateTimeOffset? _good;
    private long _lastPing;
    private long _forgiven;

    public int MaxBytes => link.Limits.MaxBulk;

    /// <summary>When the last ping was sent that is answered: whatever was published before has arrived. Null before the first.</summary>
    public DateTimeOffset? GoodSince
    {
        get
        {
            lock (_lock) return _good;
        }
    }

    /// <summary>How long nothing came though it could have.</summary>
    public TimeSpan Silence
    {
        get
        {
            var forgiven = clock.GetElapsedTime(Volatile.Read(ref _forgiven));
            return link.Silence < forgiven ? link.Silence : forgiven;
        }
    }

    /// <summary>Returns when every channel is confirmed.</summary>
    /// <exception cref="IOException">One was refused, or the link was lost.</exception>
    public async Task BeginAsync(CancellationToken cancel)
    {
        var patterns = channels.Where(IsPattern).ToList();
        var plain = channels.Except(patterns).ToList();
        RespCommand[] commands =
        [
            .. plain.Count > 0 ? [new RespCommand(["SUBSCRIBE", .. plain]) { Target = string.Join(" &", plain) }] : Array.Empty<RespCommand>(),
            .. patterns.Count > 0 ? [new RespCommand(["PSUBSCRIBE", .. patterns]) { Target = string.Join(" &", patterns) }] : Array.Empty<RespCommand>(),
        ];
        using var timer = new CancellationTokenSource(timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            foreach (var command in commands) await link.SendAsync(command.Bytes, both.Token).ConfigureAwait(false);
            for (var confirmed = 0; confirmed < channels.Count;)
            {
                var value = await link.ReadAsync(both.Token).ConfigureAwait(false);
                // An error is the answer to the command whose turn it is.
                if (value.Kind == RespKind.Error) throw link.Error(value, confirmed < plain.Count ? commands[0] : commands[^1]);
                if (TryMessage(value, out var channel, out var body)) Hold(channel, body);
                else if (value.Items is [var first, ..] && (first.Is("subscribe"u8) || first.Is("psubscribe"u8))) confirmed++;
            }
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new IOException($"Redis at {link.Where} did not confirm the subscription within {timeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>The next message: the channel or pattern as we know it, and its body.</summary>
    public async ValueTask<(string Channel, RespValue Body)> NextAsync(CancellationToken stop)
    {
        if (_early.TryDequeue(out var early)) return early;
        while (true)
        {
            var value = await link.ReadAsync(stop).ConfigureAwait(false);
            if (TryMessage(value, out var channel, out var body)) return (channel, body);
            if (value.Kind == RespKind.Error) throw link.Error(value, Ping);
            if (value.Is("PONG"u8) || (value.Items is [var first, ..] && first.Is("pong"u8))) Ponged();
        }
    }

    /// <summary>Asks for a sign of life, unless one is awaited or was asked for within <paramref name="every"/>.</summary>
    public async ValueTask PingAsync(TimeSpan every, CancellationToken stop)
    {
        lock (_lock)
        {
            if (_pinged is not null || (_lastPing != 0 && clock.GetElapsedTime(_lastPing) < every)) return;
            (_pinged, _lastPing) = (clock.GetUtcNow(), clock.GetTimestamp());
        }

        await link.SendAsync(Ping.Bytes, stop).ConfigureAwait(false);
    }

    /// <summary>Nobody listened until now.</summary>
    public void ForgiveSilence() => Volatile.Write(ref _forgiven, clock.GetTimestamp());

    private void Ponged()
    {
        lock (_lock) (_good, _pinged) = (_pinged ?? _good, null);
    }

    private void Hold(string channel, RespValue body)
    {
        if (_early.Count == MaxEarly) throw new IOException($"Redis at {link.Where} sent {MaxEarly} messages before it confirmed the subscription");
        _early.Enqueue((channel, body));
    }

    private static bool TryMessage(RespValue value, out string channel, out RespValue body)
    {
        (channel, body) = ("", RespValue.Null);
        if (value.Items is [var kind, var name, var payload] && kind.Is("message"u8)) (channel, body) = (name.Text, payload);
        else if (value.Items is [var pkind, var pattern, _, var ppayload] && pkind.Is("pmessage"u8)) (channel, body) = (pattern.Text, ppayload);
        return channel.Length > 0;
    }

    private static bool IsPattern(string channel) => channel.AsSpan().IndexOfAny("*?[") >= 0;
}
