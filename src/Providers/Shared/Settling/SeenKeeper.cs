namespace Towncrier.Providers;

/// <summary>Keeps the time of the last receive, about every minute: a restart then knows whether it was away for too long. Thread-safe.</summary>
internal sealed class SeenKeeper(ISourceContext context, string label, DateTimeOffset? made, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _kept; // timestamp; 0: not yet

    public void Received()
    {
        var (kept, now) = (Interlocked.Read(ref _kept), clock.GetTimestamp());
        if (kept != 0 && clock.GetElapsedTime(kept, now) < Interval) return;
        if (Interlocked.CompareExchange(ref _kept, now, kept) == kept) context.Keep(label, new SeenPosition(clock.GetUtcNow(), made).ToString());
    }
}
