using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Linux;

namespace Towncrier.Host.Looking;

/// <summary>A cache directory looked into without an agent: scanned once, into memory.</summary>
internal sealed class LocalCache(string path, KeyTemplate template)
{
    public CacheRoot Root { get; } = new(path);

    public CacheIndex Index { get; } = new(template);

    /// <summary>Entries whose key does not fit the template.</summary>
    public long UnparsedKeys => Index.Sites().Where(site => !site.Parsed).Sum(site => (long)site.Entries);

    /// <summary>Scans the directory, with a progress bar when stderr is a terminal.</summary>
    /// <exception cref="LinuxException">The directory cannot be opened.</exception>
    public ScanTally Scan(TextWriter error, CancellationToken stop)
    {
        var scan = new TreeScan(Root, TagHeaders.Default, batch => Index.PutScanned(batch));
        using var progress = Progress.Start(error, () => scan.Progress);
        return scan.Run(Math.Clamp(Environment.ProcessorCount, 2, 16), stop);
    }
}
