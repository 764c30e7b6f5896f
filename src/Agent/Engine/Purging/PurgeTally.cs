namespace Towncrier.Agent.Purging;

/// <summary>Outcomes of many files, counted.</summary>
internal sealed class PurgeTally
{
    private readonly long[] _counts = new long[Enum.GetValues<PurgeOutcome>().Length];
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public long this[PurgeOutcome outcome] => Volatile.Read(ref _counts[(int)outcome]);

    public bool HasFailures => Enum.GetValues<PurgeOutcome>().Any(o => PurgeOutcomes.IsFailure(o) && this[o] > 0);

    /// <summary>Safe from any thread.</summary>
    public void Count(PurgeOutcome outcome, long bytes)
    {
        Interlocked.Increment(ref _counts[(int)outcome]);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Add(PurgeTally other)
    {
        for (var i = 0; i < _counts.Length; i++) Interlocked.Add(ref _counts[i], Volatile.Read(ref other._counts[i]));
        Interlocked.Add(ref _bytes, other.Bytes);
    }

    /// <summary>The outcomes that occurred, by name.</summary>
    public Dictionary<string, long> ToOutcomes()
        => Enum.GetValues<PurgeOutcome>().Where(o => this[o] > 0).ToDictionary(PurgeOutcomes.Name, o => this[o]);
}
