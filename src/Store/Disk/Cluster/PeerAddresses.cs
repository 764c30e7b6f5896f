using System.Net;

namespace Towncrier.Store.Cluster;

/// <summary>Which hosts a node fetches from. Pure.</summary>
internal sealed class PeerAddresses(IReadOnlyList<string>? allowed)
{
    public bool IsAllowed(Uri address)
    {
        var host = address.IdnHost.Trim('[', ']');
        if (allowed is null) return host == "localhost" || (IPAddress.TryParse(host, out var ip) && IsPrivate(ip));
        return allowed.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) && host.Length >= pattern.Length
            : host.Equals(pattern.Trim('[', ']'), StringComparison.OrdinalIgnoreCase));
    }

    // Link-local addresses are not: cloud providers hand out credentials there.
    private static bool IsPrivate(IPAddress ip)
    {
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (IPAddress.IsLoopback(ip)) return true;
        var bytes = ip.GetAddressBytes();
        return bytes.Length == 4
            ? bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168)
            : (bytes[0] & 0xfe) == 0xfc;
    }
}
