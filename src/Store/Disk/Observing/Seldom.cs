namespace Towncrier.Store.Observing;

/// <summary>Which of many like events are worth a line: the first of its kind, and then one a minute, with how many there were. Safe for any thread.</summary>
/// <typeparam name="T">The kind; there are few.</typeparam>
internal sealed class Seldom<T>(TimeProvider clock)
    where T : notnull
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<T, (long Times, long SaidAt)> _seen = [];

    /// <summary>Counts one; true when it is to be told, of how many <paramref name="times"/> since it last was.</summary>
    public bool IsTold(T kind, out long times)
    {
        lock (_lock)
        {
            var isKnown = _seen.TryGetValue(kind, out var seen);
            times = seen.Times + 1;
            var isTold = !isKnown || clock.GetElapsedTime(seen.SaidAt) >= Pause;
            _seen[kind] = isTold ? (0, clock.GetTimestamp()) : seen with { Times = times };
            return isTold;
        }
    }
}
