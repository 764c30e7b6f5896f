using System.Diagnostics;

namespace Towncrier.Agent.Observing;

/// <summary>The activity source of the name <c>Towncrier</c>: a span for each sweep that found something to do; none when nobody listens.</summary>
internal static class Spans
{
    public const string LruNuker = "lru_nuker";
    public const string ExpiredResponses = "expired_resp_sweeper";
    public const string OutdatedEntries = "expired_lru_entry_sweeper";

    private static readonly ActivitySource Source = new(Meters.Name);

    public static Activity? Start(string sweep, string cache) => Source.StartActivity(sweep)?.SetTag("cache", cache);

    /// <summary>Ends a span with what came of the sweep.</summary>
    public static void End(Activity? span, long deleted, long bytes)
    {
        span?.SetTag("deleted", deleted).SetTag("bytes", bytes);
        span?.Dispose();
    }
}
