namespace Towncrier.Benchmarks;

/// <summary>
/// A storm of stores: another process renames files into place as fast as it can, one in sixteen into level directories
/// that do not exist yet. Then the index must hold exactly what the directory holds.
/// </summary>
internal sealed class WatcherBench(BenchOptions options, Workplace place, Figures figures)
{
    private const int From = 40_000_000; // numbers of the entries, which no other benchmark uses

    private readonly int _files = options.Quick ? 10_000 : 50_000;
    private readonly List<double> _overflows = [];
    private readonly List<double> _settled = [];

    public void Run()
    {
        figures.Begin("watcher", $"{_files:N0} renames by another process, 1 in 16 into directories made on the way");
        var cache = place.Cache();
        var staging = place.Folder("staging");
        CacheFiles.Stage(staging, From, _files);
        var rounds = new Rounds();
        rounds.Add("alone", () => Storm(cache, staging, watch: false));
        rounds.Add("watched", () => Storm(cache, staging, watch: true));
        rounds.Run(options.Quick ? 2 : 5);
        place.RemoveFiles(staging);
        var until = Rounds.Median(_settled.Skip(1).ToArray());
        figures.Add("the renames alone, no watcher", _files / rounds["alone"], "renames/s");
        figures.Add("the renames, with a watcher running", _files / rounds["watched"], "renames/s");
        figures.Add("until all of them are indexed", _files / until, "files/s", $"{until * 1000:0} ms");
        figures.Add("time until indexed by the renames' own time alone", until / rounds["alone"], "times");
        figures.Add("queue overflows (each is followed by a scan)", Rounds.Median(_overflows), "a storm");
        figures.Add("files lost", 0, "files", 0, "the index was compared with the directory after each storm");
    }

    private double Storm(string cache, string staging, bool watch)
    {
        Directory.Delete($"{cache}/f", recursive: true);
        if (!watch)
        {
            var alone = Child.Walk(options, "storm", staging, cache).Seconds;
            TakeBack(cache, staging, _ => { });
            return alone;
        }

        using var watched = Watched.Start(cache);
        var renames = 0.0;
        _settled.Add(Rounds.Time(() =>
        {
            renames = Child.Walk(options, "storm", staging, cache).Seconds;
            watched.Settle();
        }));
        _overflows.Add(watched.Watcher.Overflows);
        watched.Index.CheckIntegrity();
        if (watched.Index.Count != _files) throw new InvalidOperationException($"{watched.Index.Count} of {_files} files indexed");
        var snapshot = watched.Index;
        watched.Dispose();
        TakeBack(cache, staging, name =>
        {
            if (snapshot.TimesOf(new(0, name, SyntheticEntry.Levels)).Stored == 0) throw new InvalidOperationException($"{name} was lost");
        });
        return renames;
    }

    private void TakeBack(string cache, string staging, Action<Agent.Nginx.EntryName> check)
    {
        var entry = new SyntheticEntry(1000);
        for (var i = From; i < From + _files; i++)
        {
            var name = entry.Make(i).Name;
            check(name);
            File.Move(CacheFiles.PathIn(cache, name), CacheFiles.StagedIn(staging, name));
        }
    }
}
