namespace Towncrier.Store;

/// <summary>What is stored with an object's body.</summary>
public sealed record ObjectHead
{
    /// <summary>Until when it is served, to the millisecond.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>By which it can be invalidated. Any text; see <see cref="TagText"/> for what other programs have to send.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The HTTP status, 100 to 999.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Response header fields, kept as they are and handed out again. No line breaks.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; } = [];
}
