namespace Towncrier.Agent.Disk;

/// <summary>How often something below a cache directory was not indexed, by reason, since the start. Safe from any thread.</summary>
internal sealed class SkipCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<SkipReason>().Length];

    public void Add(SkipReason reason, long count = 1) => Interlocked.Add(ref _counts[(int)reason], count);

    public IEnumerable<(SkipReason Reason, long Count)> All => _counts.Select((_, i) => ((SkipReason)i, Volatile.Read(ref _counts[i])));
}
