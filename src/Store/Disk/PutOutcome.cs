namespace Towncrier.Store;

/// <summary>What became of a put.</summary>
public enum PutOutcome
{
    /// <summary>It is in place, and served from now on.</summary>
    Stored,

    /// <summary>An invalidation that means it came while it was written: it is not stored.</summary>
    Invalidated,

    /// <summary>Refused: as many puts as are allowed wait already (<c>max_worker_queue_len</c>).</summary>
    Busy,

    /// <summary>Refused: its key, tags and fields make a head of more than 64 KiB, or the body is longer than allowed.</summary>
    TooLarge,

    /// <summary>Refused: it has expired already.</summary>
    Expired,

    /// <summary>The file system has no room for it. Whoever keeps the limits is told, and makes what room they allow: a moment later it may fit.</summary>
    NoSpace,

    /// <summary>The directory cannot be written: rights, a read-only file system, an I/O error. The log tells.</summary>
    Failed,
}
