namespace Towncrier.Providers.Redis.Wire;

/// <summary>What a server may send before we call it broken, or read past it.</summary>
internal sealed record RespLimits
{
    /// <summary>Longest string that is kept, in bytes; a longer one is skipped. 1 MiB: four times the largest message.</summary>
    public int MaxBulk { get; init; } = 1024 * 1024;

    /// <summary>Bytes of one reply that are kept, with 64 for each value; the rest of it is skipped. 48 MiB.</summary>
    public int MaxReply { get; init; } = 48 * 1024 * 1024;

    /// <summary>Longest line, in bytes: errors and simple strings. 16 KiB.</summary>
    public int MaxLine { get; init; } = 16 * 1024;

    /// <summary>Deepest nesting. 8: a stream's entries are at 4.</summary>
    public int MaxDepth { get; init; } = 8;

    /// <summary>Values in one reply. 2 Mi: an entry holds 1 Mi strings at the most, the bound of Redis on a command.</summary>
    public int MaxItems { get; init; } = 2 * 1024 * 1024;
}
