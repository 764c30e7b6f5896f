using Towncrier.Agent.Matching;
using Towncrier.Agent.Purging;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// One invalidation armed on one cache. Responses stored up to <see cref="At"/> go when they land, however late; those
/// stored later, until <see cref="FenceEnd"/>, may come from old data all the same and are expired once when it ends.
/// </summary>
internal sealed class ArmedMessage(string id, CompiledMessage message, PurgeMode mode, long at, long fenceEnd)
{
    private int _late;

    public string Id => id;

    public CompiledMessage Message => message;

    public PurgeMode Mode => mode;

    /// <summary>When it was received, in whole Unix seconds: nginx's date is floored alike.</summary>
    public long At => at;

    /// <summary>Unix seconds.</summary>
    public long FenceEnd => fenceEnd;

    /// <summary>What the fence caught for it.</summary>
    public PurgeTally Caught { get; } = new();

    /// <summary>A response that matches was stored between <see cref="At"/> and <see cref="FenceEnd"/>.</summary>
    public bool HasLate => Volatile.Read(ref _late) != 0;

    public void NoteLate() => Volatile.Write(ref _late, 1);
}
