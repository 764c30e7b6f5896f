using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Benchmarks;

/// <summary>Processor time of an agent's core that has nothing to do, in a process of its own.</summary>
internal static class IdleBench
{
    public const string Child = "child-idle";
    private const int Files = 20_000;

    public static void Run(BenchOptions options, Workplace place, Figures figures)
    {
        var entries = options.Quick ? 100_000 : 1_000_000;
        var seconds = options.Quick ? 5 : 20;
        figures.Begin("idle", $"{entries:N0} entries, {Files:N0} watched files, {seconds} s");
        var cache = place.Cache();
        CacheFiles.Fill(cache, 20_000_000, Files);
        // What runs once a second would be compiled, in the background, for as long as is measured.
        Environment.SetEnvironmentVariable("DOTNET_TieredCompilation", "0");
        var governed = Benchmarks.Child.Self(Child, cache, $"{entries}", $"{seconds}", "governed");
        Environment.SetEnvironmentVariable("DOTNET_TieredCompilation", null);
        var told = Benchmarks.Child.Self(Child, cache, $"{entries}", $"{seconds}", "alone");
        place.RemoveFiles(cache);
        figures.Add("processor time, part of one core", told[0] * 100, "%", 0.1, $"{told[1] * 1000:0.0} ms in {seconds} s");
        figures.Add("the same with all limits and sweeps on, at their defaults", governed[0] * 100, "%", 0.1, $"{governed[1] * 1000:0.0} ms in {seconds} s");
        figures.Add("entries in the index", told[2], "entries");
        figures.Add("inotify watches", told[3], "watches");
    }

    /// <summary>The part in the other process.</summary>
    /// <param name="governed">With every limit and sweep; then the entries that have no file are swept out, little by little.</param>
    public static void Answer(string cache, int entries, int seconds, bool governed)
    {
        using var watched = Watched.Start(cache);
        SyntheticEntry.PutAll(watched.Index, entries, 1000);
        using var stop = new CancellationTokenSource();
        var limits = governed ? new CacheLimits { DiskLimit = 0.999 } : CacheLimits.Off;
        using var governor = new Governor(
            new GovernedCache(new CacheRoot(cache), watched.Index, watched.Watcher.Coverage, TagHeaders.Default, new Towncrier.Agent.Observing.Deletions(), KeepsStale: true),
            limits, TimeProvider.System, new Random(1), NullLogger.Instance);
        var governing = governor.RunAsync(stop.Token);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Thread.Sleep(governed ? 20_000 : 2000); // the runtime compiles in the background what was hot
        var before = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        Thread.Sleep(seconds * 1000);
        var used = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        stop.Cancel();
        governing.Wait();
        Benchmarks.Child.Answer(used / Stopwatch.GetElapsedTime(began).TotalSeconds, used, watched.Index.Count, watched.Watcher.Watches);
    }
}
