namespace Towncrier.Host.Configuring.Fleet;

/// <summary>How this host's cache is warmed by its peers' when it joins, and theirs by this one's.</summary>
internal sealed record WarmOptions
{
    /// <summary>How peers reach this agent's HTTP listener; http or https.</summary>
    public required Uri Address { get; init; }

    /// <summary>The secret that peers show each other; at least 16 characters.</summary>
    public required string Token { get; init; }

    /// <summary>Where it was read.</summary>
    public required string TokenFile { get; init; }

    /// <summary>Where notices come from: a channel for nothing else.</summary>
    public required SourceInput Source { get; init; }

    /// <summary>Where notices are sent: the same channel.</summary>
    public required PublisherInput Publisher { get; init; }

    /// <summary>Objects wanted, of those that peers used last. Default 5,000; 0 to give and never take.</summary>
    public int Objects { get; init; } = 5000;

    /// <summary>How long a host that joins takes them, from when it is ready. Default 20 s, as in the store.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Requests a second through an nginx that is warm. Default 50: an origin hardly feels it.</summary>
    public int Rate { get; init; } = 50;

    /// <summary>Where this host's nginx listens; null: objects are only put in place, while it is cold.</summary>
    public Uri? Through { get; init; }

    /// <summary>Hosts that objects are taken from and the token is shown to; null for loopback and private addresses.</summary>
    public IReadOnlyList<string>? Peers { get; init; }

    /// <summary>nginx's pid file; null: every nginx of the machine counts, which is right where there is one.</summary>
    public string? Pid { get; init; }

    // A record prints all its members: this one must not print the token into a log.
    public override string ToString() => $"WarmOptions {{ {Address} }}";
}
