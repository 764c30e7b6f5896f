using System.Diagnostics;
using Towncrier.Agent.Indexing;

namespace Towncrier.Benchmarks;

/// <summary>Memory of an index, each size in a process of its own.</summary>
internal static class MemoryBench
{
    public const string Child = "child-memory";

    public static void Run(BenchOptions options, Figures figures)
    {
        figures.Begin("memory", "70-byte keys, 2 tags: one of 1,000, one shared by 10 entries");
        foreach (var count in options.Quick ? [100_000, 1_000_000] : new[] { 100_000, 1_000_000, 10_000_000 })
        {
            var told = Benchmarks.Child.Self(Child, $"{count}");
            figures.Add($"{count:N0}: what the index says it holds", told[0] / count, "B/entry", 160);
            figures.Add($"{count:N0}: managed heap", told[1] / count, "B/entry", 160);
            figures.Add($"{count:N0}: resident memory, after a collection", told[2] / count, "B/entry", 160);
            figures.Add($"{count:N0}: whole process, resident", told[3] / (1 << 20), "MiB", count == 10_000_000 ? 2048 : null);
            figures.Add($"{count:N0}: whole process, highest while filling", told[4] / (1 << 20), "MiB");
            figures.Add($"{count:N0}: filling", told[5] / count * 1e6, "us/entry");
        }
    }

    /// <summary>The part in the other process.</summary>
    public static void Answer(int count)
    {
        // What compiling leaves behind is the runtime's, not the index's.
        SyntheticEntry.PutAll(new CacheIndex(SyntheticEntry.Template), 50_000, 1000);
        Thread.Sleep(500);
        var (heap, resident) = Now();
        var index = new CacheIndex(SyntheticEntry.Template);
        var seconds = Rounds.Time(() => SyntheticEntry.PutAll(index, count, 1000));
        var (heapAfter, residentAfter) = Now();
        Benchmarks.Child.Answer(index.Bytes, heapAfter - heap, residentAfter - resident, residentAfter, Status("VmHWM:"), seconds);
        GC.KeepAlive(index);
    }

    /// <summary>Managed heap and resident set after a collection that gives back what it can.</summary>
    private static (long Heap, long Resident) Now()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(false), process.WorkingSet64);
    }

    private static double Status(string field)
        => 1024 * double.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), System.Globalization.CultureInfo.InvariantCulture);
}
