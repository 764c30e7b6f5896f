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

    private HostScope(byte[]? wanted, bool privateKeys)
    {
        _wanted = wanted;
        _private = privateKeys;
    }

    /// <summary>Any host.</summary>
    public static HostScope Any { get; } = new(null, true);

    public bool IsAny => _wanted is null;

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

    public bool Allows(KeyHost host)
    {
        if (_wanted is null) return true;
        if (!host.Parsed) return false;
        return Names(host, _wanted) || (!host.IsPublic && _private);
    }

    private static bool Names(KeyHost host, byte[] wanted)
        => HostName.Matches(host.Host, wanted, host.Open) || (!host.Other.IsEmpty && HostName.Matches(host.Other, wanted, host.Open));
}
