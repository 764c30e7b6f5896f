using System.Globalization;
using System.Text;

namespace Towncrier.Host.Warming;

/// <summary>What nginx does with a file that somebody else puts into its cache.</summary>
internal enum NginxPhase
{
    /// <summary>None runs: it will find the file when it starts.</summary>
    Absent,

    /// <summary>It looks on disk for what it does not know, until its cache loader is through.</summary>
    Cold,

    /// <summary>It knows its files, and fetches whatever else is asked for.</summary>
    Warm,
}

/// <summary>
/// Tells by its processes what phase nginx is in. Its loader waits for a minute, goes through the cache, and ends; only then does
/// nginx stop looking on disk. A reload of a warm cache starts none (measured on 1.22.1).
/// </summary>
/// <param name="proc">The directory <c>/proc</c>.</param>
/// <param name="pidFile">nginx's pid file; null: each nginx that is seen counts.</param>
internal sealed class NginxProcesses(string proc, string? pidFile)
{
    private const string Master = "nginx: master process";
    private const string Loader = "nginx: cache loader process";
    private const int TicksPerSecond = 100; // USER_HZ, on every architecture that matters

    // Five less than nginx waits: what is put in place in the loader's very moment may be passed over.
    private const double LoaderWaits = 55;

    /// <summary>Reads the process table: some milliseconds.</summary>
    public NginxPhase Look()
    {
        var all = Seen().ToList();
        var masters = all.Where(one => one.Title.StartsWith(Master, StringComparison.Ordinal)).ToList();
        if (pidFile is not null) masters.RemoveAll(one => one.Id != Named());
        if (masters.Count == 0) return NginxPhase.Absent;
        var now = Uptime();
        return masters.All(master => now - master.Began < LoaderWaits || all.Any(one => one.Parent == master.Id && IsFirstLoader(one, master))) ? NginxPhase.Cold : NginxPhase.Warm;
    }

    // One that came with a reload in the first minute still has everything before it. A later one is not believed: asking nginx
    // for a page is never wrong, and a file that it does not look for is.
    private static bool IsFirstLoader(Process one, Process master) => one.Title.StartsWith(Loader, StringComparison.Ordinal) && one.Began - master.Began < LoaderWaits;

    private int? Named() => int.TryParse(Read(pidFile!)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private double Uptime() => double.TryParse(Read(Path.Combine(proc, "uptime"))?.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : double.MaxValue;

    private IEnumerable<Process> Seen()
    {
        foreach (var folder in Directory.EnumerateDirectories(proc))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (Read(Path.Combine(folder, "cmdline")) is not { } title || !title.StartsWith("nginx: ", StringComparison.Ordinal)) continue;
            // "id (name) state parent ...", where the name may hold anything; the 22nd is the start in ticks since boot.
            if (Read(Path.Combine(folder, "stat")) is not { } stat) continue;
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 19 && int.TryParse(fields[1], out var parent) && long.TryParse(fields[19], out var ticks)) yield return new Process(id, parent, title, (double)ticks / TicksPerSecond);
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
    private readonly record struct Process(int Id, int Parent, string Title, double Began);
}
