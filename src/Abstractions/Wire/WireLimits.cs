namespace Towncrier.Wire;

/// <summary>Bounds of one message. What exceeds them is refused with the bound in its reason, never truncated.</summary>
public sealed record WireLimits
{
    public static WireLimits Default { get; } = new();

    /// <summary>Largest message, in bytes. Default 256 KiB: what SNS and SQS carry.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>Deepest nesting of objects and arrays. Default 4: envelope, message, list, value.</summary>
    public int MaxDepth { get; init; } = 4;

    /// <summary>Most values in one message. Default 10,000.</summary>
    public int MaxValues { get; init; } = 10_000;

    /// <summary>Longest value, in UTF-8 bytes. Default 32 KiB: longer than any URL nginx takes.</summary>
    public int MaxValueBytes { get; init; } = 32 * 1024;

    /// <summary>Most messages in one array of them. Default 1,000.</summary>
    public int MaxMessages { get; init; } = 1_000;
}
