using Towncrier.Agent.Nginx;
using Towncrier.Agent.Watching;

namespace Towncrier.Agent.Dispatching;

/// <summary>How invalidations are applied.</summary>
internal sealed record DispatchOptions
{
    /// <summary>
    /// How long an applied invalidation stays armed against responses the origin made from old data but sent later:
    /// at least the origin's worst time to first byte plus the bus's lag. Default 10 s.
    /// </summary>
    public TimeSpan Fence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a message is kept, in memory and in the journal, for responses that land late.</summary>
    public TimeSpan Remember => LateWindow > Fence ? LateWindow : Fence;

    /// <summary>
    /// How long a response whose headers came before the invalidation, but whose body ends after it, is still caught
    /// when it lands. Default 1 h: a download slower than that is not cached for long by anybody.
    /// </summary>
    public TimeSpan LateWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Most invalidations remembered for <see cref="LateWindow"/>. Default 50,000, about 30 MB.</summary>
    public int MaxArmed { get; init; } = 50_000;

    /// <summary>Invalidations applied at the same time. Default 4: purging is bound by the disk.</summary>
    public int Workers { get; init; } = 4;

    public SoftExpiry Soft { get; init; } = new();

    public WatchOptions Watch { get; init; } = new();
}
