using Towncrier.Agent.Matching;
using Towncrier.Agent.Purging;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// One invalidation armed on one cache. Responses stored up to <see cref="At"/> go when they land, however late; those
/// stored later, until <see cref="FenceEnd"/>, may come from old data all the same and are expired once when it ends.
/// </summary>
internal sealed class ArmedMessage(string id, CompiledMessage message, PurgeMode mode, DateTimeOffset at, TimeSpan fence)
{
    private PurgeTally? _caught; // most catch nothing, and there are tens of thousands of them
    private int _late;
    private int _ended;

    public string Id => id;

    public CompiledMessage Message => message;

    public PurgeMode Mode => mode;

    /// <summary>When it was armed, to the tick.</summary>
    public DateTimeOffset ArmedAt => at;

    /// <summary>The same in whole Unix seconds: nginx's dates are floored alike.</summary>
    public long At { get; } = at.ToUnixTimeSeconds();

    /// <summary>When its fence ends, to the tick.</summary>
    public DateTimeOffset Ends { get; } = at + fence;

    /// <summary>The same in Unix seconds, floored: a response of that second may have come while the fence stood.</summary>
    public long FenceEnd { get; } = (at + fence).ToUnixTimeSeconds();

    /// <summary>What the fence caught for it, to be added to.</summary>
    public PurgeTally Caught => Volatile.Read(ref _caught) ?? Interlocked.CompareExchange(ref _caught, new PurgeTally(), null) ?? _caught!;

    /// <summary>The same to be read; null when it caught nothing.</summary>
    public PurgeTally? CaughtSoFar => Volatile.Read(ref _caught);

    /// <summary>A response that matches was stored between <see cref="At"/> and <see cref="FenceEnd"/>.</summary>
    public bool HasLate => Volatile.Read(ref _late) != 0;

    /// <summary>The fence has ended: what was stored while it stood goes as soon as it lands.</summary>
    public bool Ended => Volatile.Read(ref _ended) != 0;

    /// <summary>Entries do not meet it any more. Guarded by its set's lock.</summary>
    public bool Disarmed { get; private set; }

    public void Disarm() => Disarmed = true;

    // A full fence: whoever notes and then reads Ended, and whoever ends and then reads HasLate, must not both see nothing.
    public void NoteLate() => Interlocked.Exchange(ref _late, 1);

    public void End() => Interlocked.Exchange(ref _ended, 1);
}
