namespace Towncrier.Agent.Disk;

/// <summary>What a scan came across. One per worker, summed at the end.</summary>
internal sealed class ScanTally
{
    private readonly long[] _skipped = new long[Enum.GetValues<SkipReason>().Length];

    /// <summary>Everything that is not a level directory: entries, temporary files, skipped ones.</summary>
    public long Files { get; set; }

    public long Entries { get; set; }

    /// <summary>Size of the entries, in bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>Entries whose response varies: each is one variant of its key.</summary>
    public long Variants { get; set; }

    /// <summary>nginx's temporary files, in the middle of being written.</summary>
    public long Temporary { get; set; }

    public long Directories { get; set; }

    public IEnumerable<(SkipReason Reason, long Count)> Skipped
        => _skipped.Select((count, i) => ((SkipReason)i, count)).Where(row => row.count > 0);

    public void Skip(SkipReason reason) => _skipped[(int)reason]++;

    public void Add(ScanTally other)
    {
        Files += other.Files;
        Entries += other.Entries;
        Bytes += other.Bytes;
        Variants += other.Variants;
        Temporary += other.Temporary;
        Directories += other.Directories;
        for (var i = 0; i < _skipped.Length; i++) _skipped[i] += other._skipped[i];
    }
}
