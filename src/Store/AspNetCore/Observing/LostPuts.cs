using Microsoft.Extensions.Logging;
using Towncrier.Store.Observing;

namespace Towncrier.Store.AspNetCore.Observing;

/// <summary>Tells of puts that failed: of each outcome a line a minute at most, with how many there were. The store's metrics count them all. Safe for any thread.</summary>
internal sealed class LostPuts(TimeProvider clock, ILogger logger)
{
    private readonly Seldom<PutOutcome> _lost = new(clock);
    private readonly Seldom<string> _refused = new(clock);

    /// <param name="key">Of the latest, for people.</param>
    public void Note(PutOutcome outcome, string key)
    {
        if (outcome is PutOutcome.Stored or PutOutcome.Expired or PutOutcome.Invalidated) return;
        if (_lost.IsTold(outcome, out var times)) AspNetCoreLog.NotStored(logger, times, outcome, key);
    }

    /// <summary>A response with which no put was tried.</summary>
    /// <param name="what">Of it is wrong: <c>key</c> or <c>tag</c>.</param>
    public void NoteRefused(string what, string problem)
    {
        if (_refused.IsTold(what, out var times)) AspNetCoreLog.Refused(logger, times, what, problem);
    }
}
