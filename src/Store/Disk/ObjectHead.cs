namespace Towncrier.Store;

/// <summary>What is stored with an object's body.</summary>
public sealed record ObjectHead
{
    /// <summary>Until when it is served, to the millisecond.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>
    /// When one began to make it: an invalidation that came since then means it, and it is not stored. Null, the default, for when
    /// it is put. Later than that it cannot be; earlier than an hour ago says nothing, for invalidations are remembered for so long.
    /// </summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>By which it can be invalidated. Any text; see <see cref="TagText"/> for what other programs have to send.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The HTTP status, 100 to 999.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Response header fields, kept as they are and handed out again. No line breaks.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; } = [];
}
