namespace Towncrier.Agent.Relaying;

/// <summary>
/// Holds a route to so many messages a second. What was not used of the last second may be used at once; then one goes
/// each fraction. Those who wait keep their order. Thread-safe.
/// </summary>
internal sealed class Pace(int perSecond, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _step = clock.TimestampFrequency / perSecond; // ticks between two
    private long _free = clock.GetTimestamp() - clock.TimestampFrequency; // when the next could have gone, at the earliest

    /// <summary>Returns when the next message may go.</summary>
    public Task WaitAsync(CancellationToken cancel)
    {
        var wait = Reserve();
        return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, clock, cancel);
    }

    private TimeSpan Reserve()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            _free = Math.Max(_free, now - clock.TimestampFrequency) + _step;
            return clock.GetElapsedTime(now, _free);
        }
    }
}
