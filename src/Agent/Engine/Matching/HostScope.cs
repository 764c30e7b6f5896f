using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching;

/// <summary>
/// Which of a cache's keys belong to the host a message names. Where the keys hold the public host, that is compared.
/// Where they hold an upstream's name or no host at all, the cache's list of hosts decides; without a list a message may
/// name the upstream itself, and any other host is taken to be served from this cache, because keeping stale pages is
/// worse than fetching some anew (docs/decisions/0004-hosts-of-upstream-keys.md).
/// </summary>
internal sealed class HostScope
{
    private readonly byte[]? _wanted;
    private readonly bool _private; // what to say of keys without a public host that do not name the wanted one
    private byte[][]? _held;        // only these hosts, whatever is wanted; null: no such limit
    private bool _heldPrivate;      // the same of keys without a public host

    private HostScope(byte[]? wanted, bool privateKeys)
    {
        _wanted = wanted;
        _private = privateKeys;
    }

    /// <summary>Any host.</summary>
    public static HostScope Any { get; } = new(null, true);

    public bool IsAny => _wanted is null && _held is null;

    /// <param name="wanted">As in a Host header, or with a star: <c>*.example.org</c>. Null is any.</param>
    /// <param name="hosts">The cache's configured hosts.</param>
    /// <param name="strict">Never take an unknown host for one of this cache: for selectors that mean a whole host.</param>
    public static HostScope For(string? wanted, IReadOnlyList<string> hosts, CacheIndex index, bool strict)
    {
        if (string.IsNullOrEmpty(wanted)) return Any;
        var bytes = Encoding.UTF8.GetBytes(wanted.TrimEnd('.'));
        if (hosts.Count > 0) return new HostScope(bytes, hosts.Any(host => HostName.Matches(Encoding.UTF8.GetBytes(host), bytes, open: false)));
        if (strict || wanted.Contains('*')) return new HostScope(bytes, false);
        var literal = index.Sites().Any(site => !site.Host.IsPublic && Names(site.Host, bytes));
        return new HostScope(bytes, !literal);
    }

    /// <summary>
    /// The same scope for a sender that is held to some hosts. Unlike the host a message names, this limit is never
    /// guessed at: an entry whose host is not known is out of reach, unless the cache serves no other hosts.
    /// </summary>
    public HostScope HeldTo(IReadOnlyList<string>? held, IReadOnlyList<string> hosts) => held is null ? this : new HostScope(_wanted, _private)
    {
        _held = [.. held.Select(Encoding.UTF8.GetBytes)],
        _heldPrivate = hosts.Count > 0 && hosts.All(host => held.Any(allowed => HostName.Matches(Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(allowed), open: false))),
    };

    /// <summary>Why a value names a host its sender may not invalidate; null when it names none of these.</summary>
    public static string? ProblemOf(Invalidation message, string value)
    {
        if (message.HeldTo is not { } held || Named(message.Command, value) is not { Length: > 0 } host) return null;
        var named = Encoding.UTF8.GetBytes(host);
        return held.Any(allowed => HostName.Matches(named, Encoding.UTF8.GetBytes(allowed), open: false))
            ? null : $"its sender may not invalidate the host {host}; allowed are {string.Join(", ", held)}";
    }

    private static string? Named(InvalidationCommand command, string value) => command switch
    {
        InvalidationCommand.Host => value,
        InvalidationCommand.Purge or InvalidationCommand.Prefix or InvalidationCommand.Wildcard => UrlText.Parse(value, cutFragment: false).Host,
        _ => null,
    };

    public bool Allows(KeyHost host) => Wants(host) && (_held is null || Reaches(host));

    private bool Reaches(KeyHost host)
    {
        if (!host.Parsed) return false;
        if (!host.IsPublic || host.Open) return _heldPrivate;
        foreach (var one in _held!)
            if (Names(host, one)) return true; // in either reading: for nginx, too, both are one entry
        return false;
    }

    private bool Wants(KeyHost host)
    {
        if (_wanted is null) return true;
        if (!host.Parsed) return false;
        return Names(host, _wanted) || (!host.IsPublic && _private);
    }

    private static bool Names(KeyHost host, byte[] wanted)
        => HostName.Matches(host.Host, wanted, host.Open) || (!host.Other.IsEmpty && HostName.Matches(host.Other, wanted, host.Open));
}
