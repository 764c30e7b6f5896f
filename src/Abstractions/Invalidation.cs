namespace Towncrier;

/// <summary>One invalidation message, decoded and normalised. Immutable.</summary>
public sealed record Invalidation
{
    /// <summary>Identifies the message for deduplication; null when the sender gave none, and the receiver then makes one.</summary>
    public string? Id { get; init; }

    public required InvalidationCommand Command { get; init; }

    /// <summary>
    /// The host the values are meant for, as in a Host header. Null means any host. A leading <c>*.</c> means every
    /// name below that domain. Scopes every command but <see cref="InvalidationCommand.Ban"/>,
    /// <see cref="InvalidationCommand.Xkey"/> and <see cref="InvalidationCommand.XkeySoft"/>, which name their hosts
    /// themselves or mean every site, and are scoped only when <see cref="ScopedToHost"/> is set.
    /// </summary>
    public string? Host { get; init; }

    /// <summary>At least one value, except for <see cref="InvalidationCommand.All"/>, which needs none.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    public PurgeMode Mode { get; init; }

    /// <summary>Find and report, but change nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>When the sender says it was issued, by the sender's clock.</summary>
    public DateTimeOffset? Issued { get; init; }

    /// <summary>After this moment the message must not be applied any more.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Who sent it, in the sender's own words; for the audit only.</summary>
    public string? Source { get; init; }

    /// <summary>Tags and ban expressions too are held to <see cref="Host"/> (<c>"scope":"host"</c> on the wire).</summary>
    public bool ScopedToHost { get; init; }

    /// <summary>
    /// Which agents it is meant for, by label: an agent takes it when each label named here is one of its own and has
    /// one of the values. Empty: all agents.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Audience { get; init; } = NoAudience;

    /// <summary>The relays it has passed, in their order.</summary>
    public IReadOnlyList<string> Via { get; init; } = [];

    /// <summary>
    /// Set by the receiver, never on the wire: only entries of these hosts may go, whatever the values mean. Null: no such limit.
    /// </summary>
    public IReadOnlyList<string>? HeldTo { get; init; }

    private static readonly Dictionary<string, IReadOnlyList<string>> NoAudience = [];
}
