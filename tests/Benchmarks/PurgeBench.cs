using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Purging;

namespace Towncrier.Benchmarks;

/// <summary>Purging files that are found already, next to the bare writes and unlinks.</summary>
internal sealed class PurgeBench(BenchOptions options, Workplace place, Figures figures)
{
    private const int From = 30_000_000; // numbers of the entries, which no other benchmark uses

    private readonly int _files = options.Quick ? 3_000 : 20_000;

    public void Run()
    {
        figures.Begin("purge", $"{_files:N0} files; ours reads and checks each head again before it writes");
        var cache = place.Cache();
        var rounds = new Rounds();
        Add(rounds, cache, "C expire 1", () => Child.Walk(options, "expire", cache, "1").Seconds);
        Add(rounds, cache, "C expire 2", () => Child.Walk(options, "expire", cache, "2").Seconds);
        Add(rounds, cache, "ours soft", () => Purge(cache, PurgeMode.Soft));
        Add(rounds, cache, "C unlink 1", () => Child.Walk(options, "unlink", cache, "1").Seconds);
        Add(rounds, cache, "C unlink 2", () => Child.Walk(options, "unlink", cache, "2").Seconds);
        Add(rounds, cache, "ours hard", () => Purge(cache, PurgeMode.Hard));
        rounds.Run(options.Quick ? 2 : 3);
        place.RemoveFiles(cache);

        void Show(string what, string name) => figures.Add(what, rounds[name] / _files * 1e6, "us/file");
        Show("C: open + 32-byte pwrite + close, 1 thread", "C expire 1");
        Show("C: the same, 2 threads", "C expire 2");
        Show("ours: soft", "ours soft");
        Show("C: unlink, 1 thread", "C unlink 1");
        Show("C: unlink, 2 threads", "C unlink 2");
        Show("ours: hard (head made worthless, then unlink)", "ours hard");
        figures.Add("soft by C, 2 threads", rounds.Ratio("ours soft", "C expire 2"), "times");
        figures.Add("hard by C unlink, 2 threads", rounds.Ratio("ours hard", "C unlink 2"), "times");
    }

    private void Add(Rounds rounds, string cache, string name, Func<double> run) => rounds.Add(name, () =>
    {
        // Writing the files takes longer than what is measured: only after an unlink.
        if (!File.Exists(CacheFiles.PathIn(cache, new SyntheticEntry(1000).Make(From).Name))) CacheFiles.Fill(cache, From, _files);
        return run();
    });

    private double Purge(string cache, PurgeMode mode)
    {
        var root = new CacheRoot(cache);
        var index = new CacheIndex(SyntheticEntry.Template);
        new TreeScan(root, TagHeaders.Default, index.PutScanned).Run(2, CancellationToken.None);
        var found = new List<EntryRef>();
        foreach (var site in index.Sites()) index.CollectSite(site, found);
        using var purger = new Purger(root, index, TagHeaders.Default, new SoftExpiry(), TimeProvider.System);
        var tally = new PurgeTally();
        var entries = found.ToArray();
        var order = new PurgeOrder(mode, DryRun: false, static (in EntryFacts _) => true);
        var seconds = Rounds.Time(() => purger.Purge(entries, order, tally));
        if (tally[PurgeOutcome.Purged] == _files) return seconds;
        throw new InvalidOperationException($"{tally[PurgeOutcome.Purged]} of {_files} files were purged");
    }
}
