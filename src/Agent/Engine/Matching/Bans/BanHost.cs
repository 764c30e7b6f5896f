using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Matching.Bans;

/// <summary>
/// A test on the host of an entry. Where the key holds the public host, that is what the request had. Where it holds an
/// upstream's name or none, the cache's list of hosts says what was asked for; without a list it may have been any, and
/// the test counts as met, as for other commands (docs/decisions/0004-hosts-of-upstream-keys.md).
/// </summary>
internal sealed class BanHost
{
    private readonly BanTest _test;
    private readonly HostScope _equal;
    private readonly byte[][] _hosts;
    private readonly bool _strict;

    /// <param name="hosts">The cache's configured hosts.</param>
    /// <param name="strict">The expression means whole hosts: one that is not known to be served here is then not this cache's.</param>
    public BanHost(BanTest test, IReadOnlyList<string> hosts, CacheIndex index, bool strict)
    {
        _test = test;
        _strict = strict;
        _equal = HostScope.For(Encoding.UTF8.GetString(test.Argument), hosts, index, strict);
        _hosts = [.. hosts.Select(Encoding.UTF8.GetBytes)];
    }

    public bool Holds(KeyHost host)
    {
        if (!host.Parsed) return _test.HoldsForNothing;
        if (!host.IsPublic) return HoldsBehind(host);
        if (host.Open) return HoldsOpen(host.Host) || (!host.Other.IsEmpty && HoldsOpen(host.Other));
        // Where a key can be read in two ways, both may have been asked for.
        return _test.Holds(host.Host) || (!host.Other.IsEmpty && _test.Holds(host.Other));
    }

    // Only its beginning is known to be the host.
    private bool HoldsOpen(ReadOnlySpan<byte> begins) => _test.Operator switch
    {
        BanOperator.Equal => begins.StartsWith(_test.Argument),
        BanOperator.Matches => _test.Holds(begins),
        _ => true,
    };

    private bool HoldsBehind(KeyHost host)
    {
        if (_test.Operator == BanOperator.Equal) return _test.Argument.Length > 0 && _equal.Allows(host); // no scope is any host
        if (_hosts.Length == 0) return !_strict || (host.Host.IsEmpty ? _test.HoldsForNothing : _test.Holds(host.Host));
        foreach (var one in _hosts)
            if (one.AsSpan().Contains((byte)'*') || _test.Holds(one)) return true;
        return false;
    }
}
