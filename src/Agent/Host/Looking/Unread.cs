using Towncrier.Agent.Disk;

namespace Towncrier.Host.Looking;

/// <summary>What a scan could not read: its result is then not the whole of the cache.</summary>
internal static class Unread
{
    /// <summary>True when there is something, after saying so.</summary>
    public static bool Tell(ScanTally tally, TextWriter error)
    {
        var count = tally.Skipped.Where(s => s.Reason == SkipReason.Unreadable).Sum(s => s.Count);
        if (count > 0) error.WriteLine($"towncrier: {count} files or directories cannot be read by {Environment.UserName}; run as nginx's worker user");
        return count > 0;
    }
}
