namespace Towncrier.Agent.Purging;

/// <summary>What became of one file that was meant. The wire names are in <see cref="PurgeOutcomes"/>.</summary>
internal enum PurgeOutcome : byte
{
    /// <summary>Expired in place and, when hard, unlinked.</summary>
    Purged,

    /// <summary>A dry run: it would have been purged.</summary>
    WouldPurge,

    /// <summary>It was gone already: evicted by nginx, or purged by another message.</summary>
    AlreadyGone,

    /// <summary>Another response stands under that name now, and it is not meant.</summary>
    Replaced,

    /// <summary>It was stored after the time the purge is about.</summary>
    Newer,

    /// <summary>No cache file any more: truncated, corrupt, or of an unknown version. Left alone.</summary>
    Unreadable,

    /// <summary>This user may not write it or its directory, or the file system is read-only.</summary>
    Denied,

    /// <summary>The disk failed or is full.</summary>
    DiskError,
}

/// <summary>The outcomes' names in reports and metrics, and which of them are failures.</summary>
internal static class PurgeOutcomes
{
    public static string Name(PurgeOutcome outcome) => outcome switch
    {
        PurgeOutcome.Purged => "purged",
        PurgeOutcome.WouldPurge => "would_purge",
        PurgeOutcome.AlreadyGone => "already_gone",
        PurgeOutcome.Replaced => "replaced",
        PurgeOutcome.Newer => "newer",
        PurgeOutcome.Unreadable => "unreadable",
        PurgeOutcome.Denied => "denied",
        _ => "disk_error",
    };

    /// <summary>A stale response may still be served: the invalidation is not applied.</summary>
    public static bool IsFailure(PurgeOutcome outcome) => outcome is PurgeOutcome.Denied or PurgeOutcome.DiskError;
}
