namespace Towncrier.Providers;

/// <summary>How long a message that goes back is hidden, in whole seconds, and a loop that failed pauses. Pure.</summary>
internal static class RetryDelays
{
    /// <summary>After so many receives: 1 s, doubling up to 60 s, less up to half of it so that a batch does not come back in one beat.</summary>
    public static int Abandoned(int attempt, Random random) =>
        Math.Max(1, (int)Math.Round(Doubled(1, attempt, 60) * (1 - (random.NextDouble() / 2))));

    /// <summary>Of poison whose queue may not be asked for its dead-letter queue: 30 s, doubling up to 15 min, so that it goes round slowly until it expires.</summary>
    public static int Rejected(int attempt) => (int)Doubled(30, attempt, 15 * 60);

    /// <summary>Of a loop after so many failed receives in a row, while others get through: 50 ms, doubling up to 2 s.</summary>
    public static TimeSpan Received(int failures) => TimeSpan.FromSeconds(Doubled(0.05, failures, 2));

    private static double Doubled(double first, int attempt, double most) => Math.Min(most, first * Math.Pow(2, Math.Max(0, attempt - 1)));
}
