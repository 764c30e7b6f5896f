using System.Text;
using Towncrier.Agent.Matching;

namespace Towncrier.Agent.Receiving;

/// <summary>Lists of hosts that a sender is held to.</summary>
internal static class HostLimits
{
    /// <summary>The hosts that both lists allow; null when neither limits anything, and empty when they have none in common.</summary>
    public static IReadOnlyList<string>? Both(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        if (one.Count == 0) return other.Count == 0 ? null : other;
        if (other.Count == 0) return one;
        return [.. one.Where(host => Covers(other, host)).Concat(other.Where(host => Covers(one, host))).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Whether every name a host stands for, <c>*.domain</c> among them, is one of a list.</summary>
    public static bool Covers(IReadOnlyList<string> list, string host)
    {
        var wanted = Encoding.UTF8.GetBytes(host.TrimEnd('.'));
        return list.Any(allowed => HostName.Matches(wanted, Encoding.UTF8.GetBytes(allowed), open: false));
    }
}
