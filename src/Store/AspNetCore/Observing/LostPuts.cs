using Microsoft.Extensions.Logging;

namespace Towncrier.Store.AspNetCore.Observing;

/// <summary>Tells of puts that failed: of each outcome a line a minute at most, with how many there were. The store's metrics count them all. Safe for any thread.</summary>
internal sealed class LostPuts(TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<PutOutcome, (long Times, long SaidAt)> _seen = [];

    /// <param name="key">Of the latest, for people.</param>
    public void Note(PutOutcome outcome, string key)
    {
        if (outcome is PutOutcome.Stored or PutOutcome.Expired or PutOutcome.Invalidated) return;
        long times;
        lock (_lock)
        {
            var isKnown = _seen.TryGetValue(outcome, out var seen);
            times = seen.Times + 1;
            if (isKnown && clock.GetElapsedTime(seen.SaidAt) < Pause)
            {
                _seen[outcome] = seen with { Times = times };
                return;
            }

            _seen[outcome] = (0, clock.GetTimestamp());
        }

        AspNetCoreLog.NotStored(logger, times, outcome, key);
    }
}
