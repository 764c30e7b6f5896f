using System.Globalization;

namespace Towncrier.Agent.Governing;

/// <summary>
/// The fraction of memory in use: of the tightest cgroup (v2) this process is in that has a limit, or else of the system.
/// The page cache that the kernel would give back at once does not count, for a cache host fills all memory with it.
/// </summary>
internal sealed class SystemMemory(string proc = "/proc", string cgroups = "/sys/fs/cgroup")
{
    /// <summary>0 to 1; null when neither can be read.</summary>
    public double? Used()
    {
        var system = OfSystem(TextOf($"{proc}/meminfo"));
        var own = TextOf($"{proc}/self/cgroup").Split('\n').FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?[4..];
        double? tightest = null;
        for (var path = own; path is not null; path = path.Length == 0 ? null : Path.GetDirectoryName(path))
        {
            var folder = Path.Combine(cgroups, path);
            var used = OfCgroup(TextOf($"{folder}/memory.max"), TextOf($"{folder}/memory.current"), TextOf($"{folder}/memory.stat"));
            if (used is not null && !(tightest >= used)) tightest = used;
        }

        return tightest ?? system;
    }

    /// <summary>From MemTotal and MemAvailable of /proc/meminfo.</summary>
    public static double? OfSystem(string meminfo)
    {
        var total = Field(meminfo, "MemTotal:");
        var available = Field(meminfo, "MemAvailable:");
        return total is > 0 && available is not null ? Math.Clamp(1 - ((double)available / total.Value), 0, 1) : null;
    }

    /// <summary>From a cgroup's memory.max, memory.current and memory.stat; null when it has no limit.</summary>
    public static double? OfCgroup(string max, string current, string stat)
    {
        if (!TryNumber(max, out var limit) || limit == 0 || !TryNumber(current, out var used)) return null;
        return Math.Clamp((double)(used - Math.Min(used, Field(stat, "inactive_file") ?? 0)) / limit, 0, 1);
    }

    private static long? Field(string text, string name)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == name && TryNumber(words[1], out var value)) return value;
        }

        return null;
    }

    private static bool TryNumber(string text, out long value) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // no such controller, or no cgroup v2: then the system's memory counts
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
