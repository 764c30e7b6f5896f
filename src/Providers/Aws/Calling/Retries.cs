namespace Towncrier.Providers.Aws.Calling;

/// <summary>How a try went, as far as retries are concerned.</summary>
internal enum TryOutcome : byte
{
    /// <summary>No other try would end otherwise.</summary>
    Final,

    /// <summary>The server failed, or asks us to slow down, or was not reached.</summary>
    Passing,

    /// <summary>Nothing came in time: retried as the above, at twice the price.</summary>
    TimedOut,
}

/// <summary>The retries of one call: at most <see cref="MostTries"/> tries, within the quota. Waits nothing itself.</summary>
internal sealed class Retries(RetryQuota quota)
{
    /// <summary>That of the standard retry mode of AWS's SDKs.</summary>
    public const int MostTries = 3;

    public const int RetryCost = 5;

    public const int TimeoutCost = 10;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);

    private int _failures;
    private int _spent;

    /// <summary>Tries that were marked as failed.</summary>
    public int Failures => _failures;

    /// <summary>Gives back what the last retry cost, or one token when none was needed.</summary>
    public void MarkSuccess() => quota.Give(_spent == 0 ? 1 : _spent);

    /// <summary>Whether to try again, after <see cref="NextDelay"/>.</summary>
    public bool MarkFailure(TryOutcome outcome)
    {
        _failures++;
        if (outcome == TryOutcome.Final || _failures >= MostTries) return false;
        var cost = outcome == TryOutcome.TimedOut ? TimeoutCost : RetryCost;
        if (!quota.TryTake(cost)) return false;
        _spent = cost;
        return true;
    }

    /// <summary>Any time up to 1 s, doubled with each failure up to 20 s, so that many who failed together do not come back together.</summary>
    public TimeSpan NextDelay()
    {
        var longest = FirstDelay * Math.Pow(2, Math.Min(_failures - 1, 10));
        return quota.ShareOf(longest < LongestDelay ? longest : LongestDelay);
    }
}
