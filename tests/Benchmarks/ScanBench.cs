using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Benchmarks;

/// <summary>Reading and indexing a cache that is in the page cache, next to the bare system calls and to grep.</summary>
internal static class ScanBench
{
    public const string Child = "child-scan";

    // Processor time of each scan with two threads: the load of others disturbs it less than the time on the clock.
    private static readonly List<double> Yardstick = [];
    private static readonly List<double> Ourselves = [];

    public static void Run(BenchOptions options, Workplace place, Figures figures)
    {
        var files = options.Quick ? 30_000 : 200_000;
        var cache = place.Cache();
        figures.Begin("scan", $"{files:N0} files of {CacheFiles.Size} bytes, in the page cache");
        CacheFiles.Fill(cache, 0, files);
        var rounds = new Rounds();
        foreach (var (read, threads) in new[] { ("read4096", 1), ("read4096", 2), ("read1024", 2) })
            rounds.Add($"C {read} {threads}", () => Walk(options, read, cache, threads));
        rounds.AddAction("grep", () => Benchmarks.Child.Run("grep", "-lr", "section-00042 ", cache));
        foreach (var threads in new[] { 1, 2 }) rounds.Add($"ours {threads}", () => Ours(cache, threads, files));
        rounds.Add("ours first", () => Benchmarks.Child.Self(Child, cache, "2", $"{files}")[0]);
        rounds.Run(options.Quick ? 2 : 5);
        place.RemoveFiles(cache);

        void Show(string what, string name) => figures.Add(what, rounds[name] * 1000, "ms", $"{files / rounds[name]:N0} files/s");
        Show("C walk, open + pread 4 KiB + close, 1 thread", "C read4096 1");
        Show("C walk, 2 threads", "C read4096 2");
        Show("C walk, 1 KiB, 2 threads", "C read1024 2");
        Show("grep -lr", "grep");
        Show("ours: scan and index, 1 thread", "ours 1");
        Show("ours: scan and index, 2 threads", "ours 2");
        Show("ours: the first scan of a fresh process, 2 threads", "ours first");
        figures.Add("ours by C, 1 thread", rounds.Ratio("ours 1", "C read4096 1"), "times");
        figures.Add("ours by C, 2 threads", rounds.Ratio("ours 2", "C read4096 2"), "times", 1.5);
        figures.Add("ours by C, 2 threads, processor time", Rounds.Median(Ourselves) / Rounds.Median(Yardstick), "times", 1.5);
        figures.Add("first scan of a fresh process by C, 2 threads", rounds.Ratio("ours first", "C read4096 2"), "times");
        figures.Add("grep by ours, 2 threads", rounds.Ratio("grep", "ours 2"), "times");
    }

    /// <summary>The part in the other process.</summary>
    public static void Answer(string cache, int threads, int files)
        => Benchmarks.Child.Answer(Rounds.Time(() => Scan(cache, threads, files)));

    private static double Walk(BenchOptions options, string read, string cache, int threads)
    {
        var (seconds, processor) = Benchmarks.Child.WalkTimes(options, read, cache, $"{threads}");
        if (threads == 2 && read == "read4096") Yardstick.Add(processor);
        return seconds;
    }

    private static double Ours(string cache, int threads, int files)
    {
        var before = Environment.CpuUsage.TotalTime;
        var seconds = Rounds.Time(() => Scan(cache, threads, files));
        if (threads == 2) Ourselves.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        return seconds;
    }

    private static void Scan(string cache, int threads, int files)
    {
        var index = new CacheIndex(SyntheticEntry.Template);
        var tally = new TreeScan(new CacheRoot(cache), TagHeaders.Default, index.PutScanned).Run(threads, CancellationToken.None);
        if (index.Count == files && tally.Entries == files) return;
        throw new InvalidOperationException($"{index.Count} of {files} files were indexed");
    }
}
