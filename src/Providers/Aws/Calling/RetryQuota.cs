namespace Towncrier.Providers.Aws.Calling;

/// <summary>
/// What all calls of one place may spend on retries: while AWS as a whole is failing, each call is tried once instead of
/// three times. The figures are those of the standard retry mode of AWS's SDKs. Safe from several threads.
/// </summary>
internal sealed class RetryQuota(Random random)
{
    public const int Most = 500;

    private readonly Lock _gate = new();
    private int _tokens = Most;

    public bool TryTake(int cost)
    {
        lock (_gate)
        {
            if (_tokens < cost) return false;
            _tokens -= cost;
            return true;
        }
    }

    public void Give(int tokens)
    {
        lock (_gate) _tokens = Math.Min(Most, _tokens + tokens);
    }

    /// <summary>A share of <paramref name="longest"/>, any with the same chance; here because a Random is not for several threads.</summary>
    public TimeSpan ShareOf(TimeSpan longest)
    {
        lock (_gate) return longest * random.NextDouble();
    }
}
