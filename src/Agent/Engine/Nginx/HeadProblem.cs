namespace Towncrier.Agent.Nginx;

/// <summary>Why a file named like an entry is not one; the names are the reasons in <c>towncrier scan</c>.</summary>
internal enum HeadProblem : byte
{
    None,

    /// <summary>Shorter than the smallest header, or than its own header says.</summary>
    Truncated,

    /// <summary>No KEY mark where any version has it.</summary>
    NotACacheFile,

    /// <summary>A version field this product does not know.</summary>
    UnknownVersion,

    /// <summary>Offsets that contradict each other.</summary>
    Corrupt,

    /// <summary>The key does not have the CRC-32 the header says.</summary>
    KeyCrc,

    /// <summary>A key longer than is indexed.</summary>
    KeyTooLong,

    /// <summary>The response head is longer than what was read; the caller reads on and parses again.</summary>
    NeedsMore,
}
