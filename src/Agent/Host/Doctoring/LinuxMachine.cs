using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Towncrier.Host.Doctoring;

/// <summary>The answers of the machine we run on, from /proc, /etc/passwd and stat(1).</summary>
internal static class LinuxMachine
{
    public static Machine Detect()
    {
        var status = ReadLines("/proc/self/status");
        var mounts = ReadLines("/proc/self/mountinfo").Select(ReadMount).OfType<MountFacts>().ToList();
        return new Machine
        {
            Uid = Numbers("Uid:").ElementAtOrDefault(1),
            Gids = [.. Numbers("Gid:").Skip(1).Take(1), .. Numbers("Groups:")],
            Stat = Stat,
            Mount = path => MountOf(path, mounts),
            Sysctl = name => long.TryParse(ReadLines("/proc/sys/" + name).FirstOrDefault(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null,
            Users = ReadLines("/etc/passwd").Select(l => l.Split(':'))
                .Where(f => f.Length > 2 && uint.TryParse(f[2], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .DistinctBy(f => f[2])
                .ToDictionary(f => uint.Parse(f[2], CultureInfo.InvariantCulture), f => f[0]),
        };

        IEnumerable<uint> Numbers(string name) =>
            (status.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) ?? name)[name.Length..]
                .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
                .Select(n => uint.Parse(n, CultureInfo.InvariantCulture));
    }

    // .NET tells a mode but no owner; stat(1) is in coreutils and busybox alike, and the doctor asks it a few times only.
    private static PathFacts? Stat(string path)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("stat", ["-L", "-c", "%f %u %g", "--", path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var fields = process.StandardOutput.ReadToEnd().Trim().Split(' ');
            process.WaitForExit();
            if (process.ExitCode != 0 || fields.Length != 3) return null;
            var mode = int.Parse(fields[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return new PathFacts((mode & 0xF000) == 0x4000, mode & 0xFFF, uint.Parse(fields[1], CultureInfo.InvariantCulture), uint.Parse(fields[2], CultureInfo.InvariantCulture));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    // The innermost mount; of two at one point, the later one covers the earlier.
    private static MountFacts? MountOf(string path, List<MountFacts> mounts) =>
        mounts.LastOrDefault(m => m.Point == mounts
            .Where(n => n.Point == "/" || path == n.Point || path.StartsWith(n.Point + "/", StringComparison.Ordinal))
            .MaxBy(n => n.Point.Length)?.Point);

    // 36 35 98:0 /root /point rw,noatime master:1 - ext4 /dev/sda rw
    private static MountFacts? ReadMount(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-");
        if (dash < 6 || fields.Length < dash + 4) return null;
        var isReadOnly = fields[5].Split(',').Contains("ro") || fields[dash + 3].Split(',').Contains("ro");
        return new MountFacts(fields[4].Replace("\\040", " ", StringComparison.Ordinal), fields[dash + 1], isReadOnly, Times(fields[5].Split(','), fields[dash + 3].Split(',')));
    }

    // A mount that notes every read says nothing of it.
    private static string Times(string[] mount, string[] system)
        => (mount.Contains("noatime") ? "noatime" : mount.Contains("relatime") ? "relatime" : "strictatime")
            + (mount.Contains("lazytime") || system.Contains("lazytime") ? ", lazytime" : "");

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
