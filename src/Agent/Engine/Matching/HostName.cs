using System.Buffers;
using System.Text;

namespace Towncrier.Agent.Matching;

/// <summary>Compares host names as Host headers hold them: without case, and without the port where one side has none.</summary>
internal static class HostName
{
    private const int Longest = 512;

    /// <param name="have">The host in a key.</param>
    /// <param name="wanted">The host in a message; may contain stars.</param>
    /// <param name="open">More may follow the host in the key.</param>
    public static bool Matches(ReadOnlySpan<byte> have, ReadOnlySpan<byte> wanted, bool open)
    {
        if (have.IsEmpty || have.Length > Longest || wanted.Length > Longest) return false;
        if (open || !HasPort(have) || !HasPort(wanted))
        {
            wanted = WithoutPort(wanted);
            if (!open) have = WithoutPort(have);
        }

        if (wanted.Contains((byte)'*')) return MatchesPattern(have, wanted, open);
        if (open && have.Length > wanted.Length) have = have[..wanted.Length];
        return Ascii.EqualsIgnoreCase(have, wanted) || have.SequenceEqual(wanted); // the first is false for what is not ASCII
    }

    private static bool MatchesPattern(ReadOnlySpan<byte> have, ReadOnlySpan<byte> wanted, bool open)
    {
        Span<byte> lower = stackalloc byte[Longest];
        Span<byte> pattern = stackalloc byte[Longest + 1];
        if (Ascii.ToLower(have, lower, out var length) != OperationStatus.Done) return false;
        if (Ascii.ToLower(wanted, pattern, out var patternLength) != OperationStatus.Done) return false;
        if (open) pattern[patternLength++] = (byte)'*';
        return new Wildcard(pattern[..patternLength]).IsMatch(lower[..length]);
    }

    // The last colon, unless it is one of an IPv6 address in brackets.
    private static int PortAt(ReadOnlySpan<byte> host)
    {
        var colon = host.LastIndexOf((byte)':');
        return colon > host.LastIndexOf((byte)']') ? colon : -1;
    }

    private static bool HasPort(ReadOnlySpan<byte> host) => PortAt(host) >= 0;

    private static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> host) => PortAt(host) is >= 0 and var colon ? host[..colon] : host;
}
