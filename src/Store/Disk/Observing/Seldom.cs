namespace Towncrier.Store.Observing;

/// <summary>Lets a line of the log pass once a minute: what fails for one object fails for thousands. Safe for any thread.</summary>
internal sealed class Seldom(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _times;
    private long? _passed;

    /// <param name="times">How often it was asked since a line passed, this time included.</param>
    public bool IsDue(out long times)
    {
        lock (_lock)
        {
            times = ++_times;
            if (_passed is { } last && clock.GetElapsedTime(last) < Pause) return false;
            _passed = clock.GetTimestamp();
            _times = 0;
            return true;
        }
    }
}
