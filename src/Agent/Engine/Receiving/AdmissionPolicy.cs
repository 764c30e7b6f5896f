namespace Towncrier.Agent.Receiving;

/// <summary>Who may invalidate what here. The default lets everything in that can reach a source.</summary>
public sealed record AdmissionPolicy
{
    /// <summary>Hosts that may be invalidated at all, as names or <c>*.domain</c>; empty: every host.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Commands that are let in; empty: every command.</summary>
    public IReadOnlyList<InvalidationCommand> Commands { get; init; } = [];

    /// <summary>Whose signatures are known. With one or more, a message without a good signature is refused.</summary>
    public IReadOnlyList<SenderKey> Keys { get; init; } = [];

    /// <summary>Kinds of source, such as <c>http</c>, whose messages need no signature all the same.</summary>
    public IReadOnlyList<string> UnsignedSources { get; init; } = [];

    /// <summary>Tags and bans are looked for on the message's host only, when it names one.</summary>
    public bool ScopeTagsByHost { get; init; }

    /// <summary>What this agent is to an audience: <c>host</c>, <c>region</c>, and whatever else the operator named.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>A kind of source that is this very process: it needs no signature, and may give every command for every host. Null: there is none.</summary>
    internal string? OwnSource { get; init; }

    /// <summary>Messages for other agents are let in too: a relay hands them on.</summary>
    public bool ForEveryAudience { get; init; }
}

/// <summary>A key that senders sign with, and how far it reaches.</summary>
/// <param name="Id">As in a signature's <c>key</c>.</param>
/// <param name="Secret">The shared secret, as bytes.</param>
public sealed record SenderKey(string Id, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Its senders are held to these hosts, whatever they send; empty: to none.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The commands its senders may give; empty: every command.</summary>
    public IReadOnlyList<InvalidationCommand> Commands { get; init; } = [];

    /// <summary>From then on it is no longer good; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    // A record prints all its members: this one must not print the secret into a log.
    public override string ToString() => $"SenderKey {{ {Id} }}";
}
