using Towncrier.Store.Cluster;

namespace Towncrier.Store;

/// <summary>
/// A store that shares what it stores with others: it announces new objects on a channel of its own, and peers fetch those
/// that they lack from it over HTTP. Invalidations do not come this way: they take the ordinary one.
/// </summary>
public sealed record ClusterOptions
{
    /// <summary>Where announcements come from: a channel for nothing else. The owner disposes of it.</summary>
    public required IInvalidationSource Source { get; init; }

    /// <summary>Where announcements are sent: the same channel. The owner disposes of it.</summary>
    public required IInvalidationPublisher Publisher { get; init; }

    /// <summary>The base under which peers reach this node's <see cref="Shelf"/>, such as <c>https://10.0.0.5:8443/towncrier/</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The secret that peers show each other; at least 16 characters.</summary>
    public required string Token { get; init; }

    /// <summary>
    /// Hosts that objects are fetched from, and the token is shown to: addresses, names, or names that begin with
    /// <c>*.</c>; null for loopback and private addresses (RFC 1918, RFC 4193). Whoever may send announcements could
    /// otherwise have the token sent to him.
    /// </summary>
    public IReadOnlyList<string>? Peers { get; init; }

    /// <summary>Objects a joining node fetches of those its peers used last. Default 5,000; zero for none.</summary>
    public int WarmupObjects { get; init; } = 5000;

    /// <summary>How long it does. Default 20 s.</summary>
    public TimeSpan WarmupTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Objects fetched at the same time. Default 8.</summary>
    public int PullsAtATime { get; init; } = 8;

    /// <summary>Makes what requests to peers go through, where certificates need more than the system's trust; null for the usual.</summary>
    public Func<HttpMessageHandler>? Handler { get; init; }

    internal IEnumerable<string> Problems()
    {
        if (!Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https")) yield return $"Cluster.Address {Address} is no http or https URL";
        if (Token is not { Length: >= 16 }) yield return "Cluster.Token is shorter than 16 characters: make one with 'openssl rand -hex 16'";
        else if (Token.Any(c => c is <= ' ' or > '~')) yield return "Cluster.Token holds a blank or what is not ASCII";
        if (WarmupObjects is < 0 or > Shelf.MostListed) yield return $"Cluster.WarmupObjects is {WarmupObjects}; it must be 0 to {Shelf.MostListed}";
        if (WarmupTimeout < TimeSpan.Zero || WarmupTimeout > TimeSpan.FromHours(1)) yield return $"Cluster.WarmupTimeout is {WarmupTimeout}; it must be 0 to 1 hour";
        if (PullsAtATime is < 1 or > 256) yield return $"Cluster.PullsAtATime is {PullsAtATime}; it must be 1 to 256";
        foreach (var peer in Peers ?? [])
            if (string.IsNullOrWhiteSpace(peer) || peer.Contains('/', StringComparison.Ordinal)) yield return $"Cluster.Peers: '{peer}' is no host";
    }
}
