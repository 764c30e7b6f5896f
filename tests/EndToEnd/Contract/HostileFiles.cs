using System.Text;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Nginx;
using Towncrier.EndToEnd.Support;
using Towncrier.Linux;

namespace Towncrier.EndToEnd.Contract;

/// <summary>Real cache files, broken in every way a fixed seed comes upon. Each is an entry or has one reason; nothing throws.</summary>
public sealed class HostileFiles : IDisposable
{
    private const int Seed = 20261121;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hundred_thousand_through_the_reader_of_files()
    {
        var mutate = new Mutator(GoldenCache.Read(), Seed);
        var reader = new HeadReader(TagHeaders.Default);
        var path = _folder.Of(new string('a', 32));
        var nameZ = Encoding.ASCII.GetBytes(Path.GetFileName(path) + "\0");
        EntryName.TryParse(nameZ.AsSpan(0, 32), out var name).ShouldBeTrue();
        DirectoryHandle.TryOpen(_folder.Path, out var directory).ShouldBe(Errno.None);
        using var handle = directory!;
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        var reasons = new Dictionary<string, int>();
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = mutate.Next();
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, bytes, 0);
            var result = reader.Read(handle, nameZ, name, default, knownRegular: false, out var facts);
            if (result.IsEntry) Use(facts);
            var reason = result.IsEntry ? "entry" : SkipReasons.Name(result.Reason);
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        }

        reasons.Values.Sum().ShouldBe(100_000);
        foreach (var reason in (string[])["entry", "truncated", "not_a_cache_file", "unknown_version", "corrupt", "key_crc"])
            reasons.ShouldContainKey(reason);
    }

    [Fact]
    public async Task Five_thousand_on_disk_before_and_five_thousand_under_a_watching_agent()
    {
        var cache = _folder.Make("cache");
        var mutate = new Mutator(GoldenCache.Read(), Seed + 1);
        Drop(cache, mutate, 5000);
        var scan = await Cli.RunAsync("scan", cache, "--json");
        scan.ExitCode.ShouldBe(0, scan.Stderr);
        var json = System.Text.Json.Nodes.JsonNode.Parse(scan.Stdout)!;
        ((int)json["files"]!).ShouldBe(5000);
        ((int)json["entries"]! + json["skipped"]!.AsObject().Sum(r => (int)r.Value!)).ShouldBe(5000);
        (await Cli.RunAsync("ls", cache, "--json")).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe((int)json["entries"]!);

        await using var agent = await RunningAgent.StartAsync(_folder, cache);
        Drop(cache, mutate, 5000);
        await agent.MustWorkAsync(cache); // its purge looks at every event that came before it
        var metrics = await agent.MetricsAsync();
        (metrics.Sum("towncrier_index_entries") + metrics.Sum("towncrier_skipped_files_total")).ShouldBeGreaterThanOrEqualTo(10_000); // a file may be looked at once when it is made and again when it is closed
        var all = await agent.PostAsync("""{"command":"all"}""");
        ((string)all.Json["state"]!).ShouldBe("applied");
        ((int)all.Json["purged"]!).ShouldBe((int)metrics.Sum("towncrier_index_entries"));
        (await agent.GetAsync("/readyz")).Status.ShouldBe(200);
    }

    private static void Drop(string cache, Mutator mutate, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var name = Convert.ToHexStringLower(CacheFiles.Md5(Guid.NewGuid().ToByteArray()));
            var path = CacheFiles.PathOfName(cache, name, "1");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, mutate.Next());
        }
    }

    private static void Use(in EntryFacts facts)
    {
        facts.Key.Length.ShouldBeInRange(0, 65536);
        var split = KeyTemplate.Auto.Split(facts.Key);
        _ = KeyHost.Of(facts.Key, split).Host.Length;
        foreach (var tag in new TagList(facts.Tags)) tag.Length.ShouldBeGreaterThan(0);
    }
}
