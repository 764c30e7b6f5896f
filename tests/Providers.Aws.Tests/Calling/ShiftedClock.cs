namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>The system's clock, set wrong by that much; timers end after <paramref name="quicker"/> times less.</summary>
internal sealed class ShiftedClock(TimeSpan by, double quicker = 1) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / quicker : dueTime, period);
}
