using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Store;

namespace Towncrier.Benchmarks;

/// <summary>The disk store, next to bare files and to ASP.NET Core's store in memory.</summary>
internal sealed class StoreBench(BenchOptions options, Workplace place, Figures figures)
{
    private const int BodyBytes = 4096;
    private const int TagHits = 100;

    private readonly byte[] _body = new byte[BodyBytes];

    public async Task RunAsync()
    {
        var objects = options.Quick ? 5_000 : 20_000;
        figures.Begin("store", $"{objects:N0} objects of {BodyBytes} bytes, 2 at a time; the Erlang store's figures are docs/BENCHMARKS.md's");
        await CompareAsync(objects);
        foreach (var many in options.Quick ? [20_000] : new[] { 100_000, 1_000_000 }) await ManyAsync(many);
    }

    private async Task CompareAsync(int objects)
    {
        await using var disk = await Opened.StartAsync(place.Folder("store"));
        var bare = place.Folder("bare");
        var memory = Memory();
        var rounds = new Rounds();
        rounds.Add("bare put", () => Each(objects, i => BarePut(bare, i)));
        rounds.Add("put", () => Each(objects, i => Expect(Put(disk.Store, i, objects) == PutOutcome.Stored)));
        rounds.Add("memory put", () => Each(objects, i => memory.SetAsync(Key(i), _body, [], TimeSpan.FromHours(1), CancellationToken.None).AsTask().GetAwaiter().GetResult()));
        rounds.Add("bare get", () => Each(objects, i => Expect(File.ReadAllBytes($"{bare}/{i}").Length == BodyBytes)));
        rounds.Add("get", () => Each(objects, i => Expect(Get(disk.Store, i) == BodyBytes)));
        rounds.Add("memory get", () => Each(objects, i => Expect(memory.GetAsync(Key(i), CancellationToken.None).AsTask().GetAwaiter().GetResult()!.Length == BodyBytes)));
        rounds.Run(3);
        foreach (var name in (string[])["bare put", "put", "memory put", "bare get", "get", "memory get"]) figures.Add(name, objects / rounds[name], "1/s");
        figures.Add("put by bare put (create, write, rename)", rounds.Ratio("put", "bare put"), "times");
        figures.Add("get by bare get (open, read, close)", rounds.Ratio("get", "bare get"), "times");
        figures.Add("get by ASP.NET Core's memory store", rounds.Ratio("get", "memory get"), "times");
    }

    private async Task ManyAsync(int objects)
    {
        await using var disk = await Opened.StartAsync(place.Folder($"store-{objects}"));
        var memory = Memory();
        var seconds = Each(objects, i => Expect(Put(disk.Store, i, objects, 64) == PutOutcome.Stored));
        figures.Add($"{objects:N0}: puts of 64 bytes", objects / seconds, "1/s");
        figures.Add($"{objects:N0}: lost", objects - disk.Store.Count, "objects", 0);
        figures.Add($"{objects:N0}: memory of the index, with its order of use", (double)disk.Store.Looking.Caches()[0].IndexBytes / objects, "B/entry", 168, "Erlang: 998");
        for (var i = 0; i < objects; i++) await memory.SetAsync(Key(i), new byte[64], [$"tag-{i % (objects / TagHits)}"], TimeSpan.FromHours(1), CancellationToken.None);
        var ours = new List<double>();
        var theirs = new List<double>();
        for (var tag = 0; tag < 20; tag++)
        {
            var began = Stopwatch.GetTimestamp();
            var reports = await disk.Store.InvalidateTagsAsync([$"tag-{tag}"], CancellationToken.None);
            ours.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Expect(reports[0].Purged == TagHits);
            began = Stopwatch.GetTimestamp();
            await memory.EvictByTagAsync($"tag-{tag}", CancellationToken.None);
            theirs.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        figures.Add($"{objects:N0}: invalidate a tag of {TagHits}, journalled, files gone", Rounds.Median(ours), "ms", "Erlang at 100,000: 142 ms");
        figures.Add($"{objects:N0}: evict it from ASP.NET Core's memory store", Rounds.Median(theirs), "ms");
        if (!options.Quick) await Task.Delay(25_000); // the runtime compiles in the background what was hot, for some twenty seconds
        var before = Environment.CpuUsage.TotalTime;
        var idle = options.Quick ? 3 : 15;
        await Task.Delay(TimeSpan.FromSeconds(idle));
        figures.Add($"{objects:N0}: idle, part of one core", (Environment.CpuUsage.TotalTime - before).TotalSeconds / idle * 100, "%", 0.1, "Erlang at 100,000: 15 %");
    }

    private static IOutputCacheStore Memory() => new ServiceCollection().AddLogging().AddOutputCache(cache => cache.SizeLimit = 8L << 30).BuildServiceProvider().GetRequiredService<IOutputCacheStore>();

    private static string Key(int i) => $"https://www.example.org/some/section/article-{i}";

    private static double Each(int count, Action<int> run) => Rounds.Time(() => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, run));

    private PutOutcome Put(DiskStore store, int i, int objects, int bytes = BodyBytes)
    {
        var head = new ObjectHead { Expires = DateTimeOffset.UtcNow.AddHours(1), Tags = [$"tag-{i % Math.Max(1, objects / TagHits)}", "section"] };
        return store.PutAsync(new ObjectKey(Key(i)), head, new ReadOnlySequence<byte>(_body, 0, bytes), CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    private static int Get(DiskStore store, int i)
    {
        using var found = store.TryOpen(new ObjectKey(Key(i)));
        return found?.ToArray().Length ?? -1;
    }

    private void BarePut(string folder, int i)
    {
        File.WriteAllBytes($"{folder}/{i}.tmp", _body);
        File.Move($"{folder}/{i}.tmp", $"{folder}/{i}", overwrite: true);
    }

    private static void Expect(bool holds)
    {
        if (!holds) throw new InvalidOperationException("the benchmark did not do what it measures");
    }

    private sealed class Opened(DiskStore store) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _running = Task.CompletedTask;

        public DiskStore Store => store;

        public static async Task<Opened> StartAsync(string folder)
        {
            var opened = new Opened(DiskStore.Open(new StoreOptions { Directory = folder + "/cache", Limits = new() { MaxWorkerQueueLen = 1000 }, Fence = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance));
            opened._running = opened.Store.RunAsync(opened._stop.Token);
            while (!opened.Store.IsReady) await Task.Delay(10);
            return opened;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            await store.DisposeAsync();
            _stop.Dispose();
        }
    }
}
