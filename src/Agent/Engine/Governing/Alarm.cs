namespace Towncrier.Agent.Governing;

/// <summary>
/// Lets one thread sleep until a time is over or somebody wakes it. On the system's clock it waits by itself: a timer, and the
/// pool's threads that it wakes, would cost twenty times what a sweep that finds nothing does.
/// </summary>
internal sealed class Alarm(TimeProvider clock)
{
    private readonly object _signal = new();
    private bool _rung;

    /// <summary>Ends the wait, or the next one if none is under way. From any thread.</summary>
    public void Ring()
    {
        lock (_signal)
        {
            _rung = true;
            Monitor.Pulse(_signal);
        }
    }

    /// <param name="time">Null for as long as nobody rings.</param>
    public void Wait(TimeSpan? time)
    {
        var isSystems = ReferenceEquals(clock, TimeProvider.System);
        using var timer = isSystems || time is null ? null : clock.CreateTimer(_ => Ring(), null, time.Value, Timeout.InfiniteTimeSpan);
        lock (_signal)
        {
            if (!_rung) Monitor.Wait(_signal, isSystems && time is { } limit ? limit : Timeout.InfiniteTimeSpan);
            _rung = false;
        }
    }
}
