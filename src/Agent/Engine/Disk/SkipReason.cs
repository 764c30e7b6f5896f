namespace Towncrier.Agent.Disk;

/// <summary>Why something below a cache directory is not indexed.</summary>
internal enum SkipReason : byte
{
    /// <summary>A file shorter than its own header says.</summary>
    Truncated,

    /// <summary>No nginx cache header.</summary>
    NotACacheFile,

    /// <summary>A header version this product does not know.</summary>
    UnknownVersion,

    /// <summary>A header whose offsets contradict each other.</summary>
    Corrupt,

    /// <summary>The key does not match its checksum.</summary>
    KeyCrc,

    /// <summary>A key longer than 32 KiB.</summary>
    KeyTooLong,

    /// <summary>Permission denied, or the disk failed.</summary>
    Unreadable,

    /// <summary>A directory, symlink, socket or device named like an entry.</summary>
    NotAFile,

    /// <summary>It was gone before it could be read.</summary>
    Vanished,

    /// <summary>An entry in a directory its name does not belong to: nginx never looks there.</summary>
    Misplaced,

    /// <summary>A file or directory that is not named as nginx names its own.</summary>
    Foreign,
}

/// <summary>The reasons' names in reports, logs and metrics.</summary>
internal static class SkipReasons
{
    public static string Name(SkipReason reason) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
