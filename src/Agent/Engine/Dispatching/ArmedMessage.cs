using Towncrier.Agent.Matching;
using Towncrier.Agent.Purging;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// One invalidation armed on one cache. Responses stored up to <see cref="At"/> go when they land, however late; those
/// stored later, until <see cref="FenceEnd"/>, may come from old data all the same and are expired once when it ends.
/// </summary>
internal sealed class ArmedMessage(string id, CompiledMessage message, PurgeMode mode, DateTimeOffset at, TimeSpan fence)
{
    private int _late;
    private int _ended;

    public string Id => id;

    public CompiledMessage Message => message;

    public PurgeMode Mode => mode;

    /// <summary>When it was armed, in whole Unix seconds: nginx's dates are floored alike.</summary>
    public long At { get; } = at.ToUnixTimeSeconds();

    /// <summary>
    /// What was stored up to this second goes when it lands. For a soft purge the second of the purge itself is not
    /// among them: nobody can tell the first page fetched anew from an old one, and expiring each one would send the
    /// crowd to the origin until the second is over. Those wait for the fence's end, which a soft purge may.
    /// </summary>
    public long Surely => mode == PurgeMode.Soft && fence > TimeSpan.Zero ? At - 1 : At;

    /// <summary>When its fence ends, to the tick.</summary>
    public DateTimeOffset Ends { get; } = at + fence;

    /// <summary>The same in Unix seconds, floored: a response of that second may have come while the fence stood.</summary>
    public long FenceEnd { get; } = (at + fence).ToUnixTimeSeconds();

    /// <summary>What the fence caught for it.</summary>
    public PurgeTally Caught { get; } = new();

    /// <summary>A response that matches was stored between <see cref="At"/> and <see cref="FenceEnd"/>.</summary>
    public bool HasLate => Volatile.Read(ref _late) != 0;

    /// <summary>The fence has ended: what was stored while it stood goes as soon as it lands.</summary>
    public bool Ended => Volatile.Read(ref _ended) != 0;

    /// <summary>Entries do not meet it any more. Guarded by its set's lock.</summary>
    public bool Disarmed { get; private set; }

    public void Disarm() => Disarmed = true;

    /// <summary>Whether a response of this second has to wait for the fence's end.</summary>
    public bool IsLate(long stored) => stored > Surely;

    public void NoteLate() => Volatile.Write(ref _late, 1);

    public void End() => Volatile.Write(ref _ended, 1);
}
