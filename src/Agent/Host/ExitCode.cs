namespace Towncrier.Host;

/// <summary>What the process says at its end; scripts rely on it.</summary>
internal enum ExitCode
{
    Done = 0,

    /// <summary>Nothing matched what was asked for.</summary>
    NothingMatched = 1,

    /// <summary>Wrong usage, or a configuration that cannot be used.</summary>
    Usage = 2,

    AgentUnreachable = 3,

    /// <summary>Some of it could not be done; the output says what.</summary>
    PartlyFailed = 4,
}
