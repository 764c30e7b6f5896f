namespace Towncrier.Providers.Redis.Reading;

/// <summary>When an abandoned message is delivered again. Pure.</summary>
internal static class RetryPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    /// <summary>After so many deliveries: 100 ms, doubling up to 30 s, less up to half of it so that a batch does not come back in one beat.</summary>
    public static TimeSpan DelayAfter(int attempts, Random random)
    {
        var longest = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempts - 1), Cap.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (1 - (random.NextDouble() / 2)));
    }
}
