using System.Globalization;
using System.Text;

namespace Towncrier.Host.Warming;

/// <summary>What nginx does with a file that somebody else puts into its cache.</summary>
internal enum NginxPhase
{
    /// <summary>None runs: it will find the file when it starts.</summary>
    Absent,

    /// <summary>Its cache loader has not begun: it will find the file.</summary>
    Cold,

    /// <summary>It knows its files, or is finding them one after the other, and fetches whatever else is asked for.</summary>
    Warm,
}

/// <summary>
/// Tells by its processes what phase nginx is in. Its loader waits for a minute, then goes through one cache after the other, and
/// nginx no longer looks on disk for those it is through with: a file that is put where the loader has been is not found (measured
/// on 1.22.1: 43 of 50). So a cache is warm from when the loader begins, and a reload makes none cold again.
/// </summary>
/// <param name="proc">The directory <c>/proc</c>.</param>
/// <param name="pidFile">nginx's pid file; null: each nginx that is seen counts.</param>
internal sealed class NginxProcesses(string proc, string? pidFile)
{
    private const string Master = "nginx: master process";
    private const int TicksPerSecond = 100; // USER_HZ, on every architecture that matters

    // Five less than nginx waits: what is put in place in the loader's very moment may be passed over.
    private const double LoaderWaits = 55;

    /// <summary>Reads the process table: some milliseconds.</summary>
    public NginxPhase Look()
    {
        var masters = Seen().ToList();
        if (pidFile is not null) masters.RemoveAll(one => one.Id != Named());
        if (masters.Count == 0) return NginxPhase.Absent;
        var now = Uptime();
        // One that began in the future is seen from a container whose uptime is its own: its age is not known.
        return masters.All(master => now - master.Began is >= 0 and < LoaderWaits) ? NginxPhase.Cold : NginxPhase.Warm;
    }

    private int? Named() => int.TryParse(Read(pidFile!)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private double Uptime() => double.TryParse(Read(Path.Combine(proc, "uptime"))?.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : double.MaxValue;

    private IEnumerable<Process> Seen()
    {
        foreach (var folder in Directory.EnumerateDirectories(proc))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (Read(Path.Combine(folder, "cmdline")) is not { } title || !title.StartsWith(Master, StringComparison.Ordinal)) continue;
            // "id (name) state ...", where the name may hold anything; the 22nd is the start in ticks since boot.
            if (Read(Path.Combine(folder, "stat")) is not { } stat) continue;
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 19 && long.TryParse(fields[19], out var ticks)) yield return new Process(id, (double)ticks / TicksPerSecond);
        }
    }

    // A process may end while it is looked at.
    private static string? Read(string path)
    {
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="Began">Seconds since boot.</param>
    private readonly record struct Process(int Id, double Began);
}
