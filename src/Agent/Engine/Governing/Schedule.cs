namespace Towncrier.Agent.Governing;

/// <summary>When one sweep is due next, by its last run and its interval, which may change meanwhile.</summary>
internal sealed class Schedule
{
    private long? _last; // a timestamp of the clock

    /// <summary>Due whatever the interval says.</summary>
    public void Hasten() => _last = null;

    /// <summary>A tenth early is due, too: so that sweeps of like intervals share one waking.</summary>
    public bool IsDue(TimeSpan? interval, TimeProvider clock) => Left(interval, clock) <= interval / 10;

    /// <summary>Until it is due; null when it is off.</summary>
    public TimeSpan? Left(TimeSpan? interval, TimeProvider clock)
    {
        if (interval is not { } every) return null;
        if (_last is not { } last) return TimeSpan.Zero;
        var left = every - clock.GetElapsedTime(last);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>It ran, and ends now: so one that takes longer than its interval leaves the processor alone for as long.</summary>
    public void Ran(TimeProvider clock) => _last = clock.GetTimestamp();
}
