using System.Security.Cryptography;
using System.Text;

namespace Towncrier.Host.Configuring;

/// <summary>Where the journal lives when nobody says: one directory for each set of caches, so that two agents never share one.</summary>
internal static class StateDirectory
{
    /// <summary>The directory for these full cache paths, in any order; null when this user has no place for state.</summary>
    public static string? For(IEnumerable<string> cachePaths, HostFacts facts)
    {
        return Named(NameFor(cachePaths), facts);
    }

    /// <summary>The directory of that name among all state; null as above.</summary>
    public static string? Named(string name, HostFacts facts)
    {
        if (facts.SystemStateIsOurs) return Path.Combine(HostFacts.SystemState, name);
        return facts.UserState is { } state ? Path.Combine(state, "towncrier", name) : null;
    }

    /// <summary>True when <paramref name="path"/> is <paramref name="directory"/> or lies below it. Both are full paths.</summary>
    public static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string NameFor(IEnumerable<string> cachePaths)
    {
        var sorted = string.Join('\n', cachePaths.Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sorted)))[..12];
    }
}
