using System.Globalization;

namespace Towncrier.Host.Doctoring;

/// <summary>Owner and mode of one path.</summary>
internal sealed record PathFacts(bool IsDirectory, int Mode, uint Uid, uint Gid);

/// <summary>The mount that holds a path.</summary>
/// <param name="Point">Two paths with the same point can be renamed into each other.</param>
/// <param name="FileSystem">The type, as /proc/self/mountinfo names it.</param>
/// <param name="IsReadOnly">True when the mount or its file system is.</param>
/// <param name="Times">How reads are noted: relatime, noatime or strictatime, with lazytime behind it where that is on; null when it is not known.</param>
internal sealed record MountFacts(string Point, string FileSystem, bool IsReadOnly, string? Times = null);

/// <summary>What the checks ask of this machine. Tests replace single answers.</summary>
internal sealed record Machine
{
    public required uint Uid { get; init; }

    /// <summary>The group and all supplementary groups.</summary>
    public required IReadOnlyList<uint> Gids { get; init; }

    /// <summary>Owner and mode; null when the path is missing or may not be looked at.</summary>
    public required Func<string, PathFacts?> Stat { get; init; }

    /// <summary>The mount of a path, whether or not the path exists; null when the kernel does not tell.</summary>
    public required Func<string, MountFacts?> Mount { get; init; }

    /// <summary>A kernel setting by its path below /proc/sys; null when there is none.</summary>
    public required Func<string, long?> Sysctl { get; init; }

    /// <summary>Names of users by number, from /etc/passwd.</summary>
    public required IReadOnlyDictionary<uint, string> Users { get; init; }

    /// <summary>A user's name, or its number.</summary>
    public string NameOf(uint uid) => Users.GetValueOrDefault(uid) ?? uid.ToString(CultureInfo.InvariantCulture);

    /// <summary>A user's number, or null when /etc/passwd does not have that name.</summary>
    public uint? UidOf(string name) => Users.Where(u => u.Value == name).Select(u => (uint?)u.Key).FirstOrDefault();

    /// <summary>True when this process may do all of <paramref name="bits"/> (4 read, 2 write, 1 search) by owner and mode. ACLs are not seen.</summary>
    public bool May(PathFacts path, int bits)
    {
        if (Uid == 0) return true;
        var shift = path.Uid == Uid ? 6 : Gids.Contains(path.Gid) ? 3 : 0;
        return ((path.Mode >> shift) & bits) == bits;
    }
}
