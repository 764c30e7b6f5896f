namespace Towncrier.Agent.Receiving;

/// <summary>How long to wait before the next try, by the number of failures in a row. Pure.</summary>
/// <param name="First">Longest wait after the first failure; it doubles with each further one.</param>
/// <param name="Cap">Longest wait of all.</param>
internal readonly record struct ReconnectPolicy(TimeSpan First, TimeSpan Cap)
{
    /// <summary>100 ms to 2 s: a restarted broker is found at once, and a dead one is asked about once a second.</summary>
    public static ReconnectPolicy Default { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    /// <summary>The longest wait after so many failures in a row; none after none.</summary>
    public TimeSpan Longest(int failures)
    {
        if (failures <= 0) return TimeSpan.Zero;
        // In doubles, where a great power is infinite rather than an overflow.
        return TimeSpan.FromMilliseconds(Math.Min(First.TotalMilliseconds * Math.Pow(2, failures - 1), Cap.TotalMilliseconds));
    }

    internal IEnumerable<string> Problems()
    {
        if (First <= TimeSpan.Zero) yield return "reconnect.first must be positive";
        if (Cap < First) yield return "reconnect.cap must be at least reconnect.first";
        if (Cap > TimeSpan.FromHours(1)) yield return "reconnect.cap must be an hour at most";
    }
}

/// <summary>The state of one source's retries. Knows no clock and waits for nothing. Used by one thread at a time.</summary>
internal sealed class Backoff(ReconnectPolicy policy)
{
    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    /// <summary>
    /// It works: a delivery came. Merely having connected is no success, or a peer that hangs up at once would be
    /// called again and again without a pause.
    /// </summary>
    public void MarkSuccess() => Failures = 0;

    public void MarkFailure() => Failures = Failures == int.MaxValue ? Failures : Failures + 1;

    /// <summary>
    /// Full jitter: anything from nothing to the policy's longest, so that a fleet does not come back in one beat.
    /// Zero without a failure.
    /// </summary>
    public TimeSpan NextDelay(Random random) => policy.Longest(Failures) * random.NextDouble();
}
