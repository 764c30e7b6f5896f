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
        if (open) return have.Length >= wanted.Length && Ascii.EqualsIgnoreCase(have[..wanted.Length], wanted);
        if (!have.Contains((byte)':') || !wanted.Contains((byte)':'))
        {
            have = WithoutPort(have);
            wanted = WithoutPort(wanted);
        }

        return wanted.Contains((byte)'*') ? MatchesPattern(have, wanted) : Ascii.EqualsIgnoreCase(have, wanted);
    }

    private static bool MatchesPattern(ReadOnlySpan<byte> have, ReadOnlySpan<byte> wanted)
    {
        Span<byte> lower = stackalloc byte[Longest * 2];
        _ = Ascii.ToLower(have, lower, out var length);
        var pattern = lower[Longest..];
        return Ascii.ToLower(wanted, pattern, out var patternLength) == System.Buffers.OperationStatus.Done
            && new Wildcard(pattern[..patternLength]).IsMatch(lower[..length]);
    }

    private static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> host)
    {
        var colon = host.LastIndexOf((byte)':');
        if (colon < 0 || host[^1] == (byte)']') return host; // an IPv6 address in brackets has colons of its own
        return host[..colon];
    }
}
