using System.Buffers.Text;
using System.Text;

namespace Towncrier.Agent.Governing;

/// <summary>
/// The fraction of memory in use: of the tightest cgroup (v2) this process is in that has a limit, or else of the system.
/// The page cache that the kernel would give back at once does not count, for a cache host fills all memory with it. For one
/// thread at a time. Asked once a second: so it allocates nothing, and files that are not there cost no exception.
/// </summary>
internal sealed class SystemMemory(string proc = "/proc", string cgroups = "/sys/fs/cgroup")
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private string[]? _groups; // from the process's own upwards; a process is moved by its supervisor at its start only

    /// <summary>0 to 1; null when neither can be read.</summary>
    public double? Used()
    {
        double? tightest = null;
        foreach (var group in _groups ??= Groups())
            if (OfCgroup(group) is { } used && !(tightest >= used)) tightest = used;
        return tightest ?? OfSystem(Read($"{proc}/meminfo"));
    }

    /// <summary>From MemTotal and MemAvailable of /proc/meminfo.</summary>
    public static double? OfSystem(ReadOnlySpan<byte> meminfo)
    {
        var total = Field(meminfo, "MemTotal:"u8);
        var available = Field(meminfo, "MemAvailable:"u8);
        return total is > 0 && available is not null ? Math.Clamp(1 - ((double)available / total.Value), 0, 1) : null;
    }

    /// <summary>From a cgroup's memory.max, memory.current, and inactive_file of its memory.stat, in bytes.</summary>
    public static double Of(long max, long current, long reclaimable) => Math.Clamp((double)(current - Math.Min(current, reclaimable)) / max, 0, 1);

    private double? OfCgroup(string folder)
    {
        if (Number(Read(folder + "/memory.max")) is not (> 0 and var max) || Number(Read(folder + "/memory.current")) is not { } current) return null;
        return Of(max, current, Field(Read(folder + "/memory.stat"), "inactive_file"u8) ?? 0);
    }

    private string[] Groups()
    {
        var groups = new List<string>();
        var own = Encoding.UTF8.GetString(Read($"{proc}/self/cgroup")).Split('\n').FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal));
        for (var path = own?[4..]; path is not null; path = path.Length == 0 ? null : Path.GetDirectoryName(path))
            if (File.Exists(Path.Combine(cgroups, path, "memory.max"))) groups.Add(Path.Combine(cgroups, path));
        return [.. groups];
    }

    private static long? Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] == ' ') return Number(line[name.Length..].TrimStart((byte)' '));
        }

        return null;
    }

    private static long? Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long value, out _) && value >= 0 ? value : null;

    private ReadOnlySpan<byte> Read(string path)
    {
        try
        {
            if (!File.Exists(path)) return default;
            using var file = File.OpenHandle(path);
            return _buffer.AsSpan(0, RandomAccess.Read(file, _buffer, 0));
        }
        catch (IOException)
        {
            return default; // no such controller, or no cgroup v2: then the system's memory counts
        }
        catch (UnauthorizedAccessException)
        {
            return default;
        }
    }
}
