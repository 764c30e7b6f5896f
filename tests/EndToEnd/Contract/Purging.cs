using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>purge with every selector: on a directory by itself, and through an agent. Both must say and do the same.</summary>
public sealed class Purging : IDisposable
{
    private const string Site = "www.example.org";

    private readonly TempFolder _folder = new();
    private readonly string _cache;

    public Purging() => _cache = GoldenCache.Fill(_folder.Of("cache"));

    public void Dispose() => _folder.Dispose();

    // Selectors and the files they mean; an underscore stands for a space within a word.
    public static TheoryData<string, int> Selectors => new()
    {
        { "--url /tags", 1 },
        { "--url http://www.example.org/vary", 2 },
        { "--url www.example.org/vary --url /age", 3 },
        { "--url /plain?a=1&b=%20two", 1 },
        { "--url /plain?b=%20two&a=1", 0 },
        { "--url http://other.org/vary", 0 },
        { "--key httpwww.example.org/tags", 1 },
        { "--key httpwww.example.org/vary --key nokey", 2 },
        { "--key httpwww.example.org/tags --host other.org", 0 },
        { "--prefix /fastcgi", 3 },
        { "--prefix /fastcgi --prefix /fastcgi-split", 3 },
        { "--wildcard /*cgi", 2 },
        { "--wildcard *", 17 },
        { "--regex ^/(vary|age)$ --regex /etag", 4 },
        { "--tag k1", 1 },
        { "--tag k1_cat-2 --tag none", 1 },
        { "--tag k1 --host other.org", 0 },
        { "--host " + Site, 17 },
        { "--host *.example.org", 17 },
        { "--host other.org", 0 },
        { "--host other.org --host www.example.org --prefix /fastcgi", 3 },
        { "--all", 17 },
        { "--all --host other.org", 0 },
        { "--url /age --tag k1 --prefix /fastcgi --key httpwww.example.org/scgi --regex uwsgi-raw --wildcard /et*", 8 },
    };

    [Theory]
    [MemberData(nameof(Selectors))]
    public async Task On_a_directory_dry_then_hard(string selectors, int files)
    {
        string[] args = ["purge", "--cache", _cache, .. Words(selectors), "--json"];
        var before = Bytes();
        Report(await Cli.RunAsync([.. args, "--dry-run"]), files, purged: 0);
        Bytes().ShouldBe(before);
        Report(await Cli.RunAsync(args), files, purged: files);
        CacheFiles.List(_cache).Length.ShouldBe(GoldenCache.Files - files);
    }

    [Fact]
    public async Task On_a_directory_softly_every_file_stays_and_the_meant_ones_are_expired()
    {
        var before = Bytes();
        Report(await Cli.RunAsync("purge", "--cache", _cache, "--prefix", "/fastcgi", "--tag", "k1", "--soft", "--json"), 4, purged: 4);
        Bytes().Count(now => !before.Contains(now)).ShouldBe(4);
        CacheFiles.List(_cache).Length.ShouldBe(GoldenCache.Files);
    }

    [Fact]
    public async Task Through_an_agent_dry_then_soft_then_hard()
    {
        await using var agent = await RunningAgent.StartAsync(_folder, _cache, "--fence", "0s");
        foreach (var (selectors, files) in Selectors.Select(row => row.Data))
        {
            GoldenCache.Fill(_cache);
            await agent.HoldsAsync(GoldenCache.Files);
            string[] args = ["purge", "--agent", agent.Address, .. Words(selectors), "--json"];
            var before = Bytes();
            Report(await Cli.RunAsync([.. args, "--dry-run"]), files, purged: 0);
            Bytes().ShouldBe(before, selectors);

            Report(await Cli.RunAsync([.. args, "--soft"]), files, purged: files);
            Bytes().Count(now => !before.Contains(now)).ShouldBe(files, selectors);

            Report(await Cli.RunAsync(args), files, purged: files);
            CacheFiles.List(_cache).Length.ShouldBe(GoldenCache.Files - files, selectors);
        }
    }

    [Theory]
    [InlineData("--url news/42 --url /tags", 1)]
    [InlineData("--regex ( --tag k1", 1)]
    [InlineData("--tag EMPTY --tag none", 0)]
    public async Task A_bad_value_beside_good_ones_exits_4_and_the_good_ones_are_applied(string selectors, int files)
    {
        await using var agent = await RunningAgent.StartAsync(_folder, _cache);
        foreach (var where in (string[][])[["--agent", agent.Address], ["--cache", GoldenCache.Fill(_folder.Of("second"))]])
        {
            var run = await Cli.RunAsync(["purge", .. where, .. Words(selectors), "--json"]);
            run.ExitCode.ShouldBe(4, run.Stderr);
            var report = JsonNode.Parse(run.Stdout)!;
            ((int)report["purged"]!).ShouldBe(files);
            report["values"]!.AsArray().Count(v => v!["error"] is not null).ShouldBe(1);
            run.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Words_for_people_say_how_many()
    {
        var dry = await Cli.RunAsync("purge", "--cache", _cache, "--url", "/vary", "--url", "/none", "--dry-run");
        dry.Stdout.ShouldContain("2 entries would be purged");
        var run = await Cli.RunAsync("purge", "--cache", _cache, "--url", "/vary");
        run.Stdout.ShouldContain("2 of 2 entries purged");
        run.Stderr.ShouldBeEmpty();
        (await Cli.RunAsync("purge", "--cache", _cache, "--url", "/vary")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_page_with_two_variants_stored_right_now_is_purged_whole()
    {
        new SyntheticEntry("httpa.org/now") { Stored = DateTimeOffset.UtcNow.ToUnixTimeSeconds() }.WriteTo(_cache);
        Report(await Cli.RunAsync("purge", "--cache", _cache, "--url", "/now", "--json"), 1, 1);
    }

    private static void Report(CliResult run, int matched, int purged)
    {
        run.ExitCode.ShouldBe(matched > 0 ? 0 : 1, run.Stderr);
        run.Stderr.ShouldBeEmpty();
        var report = JsonNode.Parse(run.Stdout)!;
        ((string)report["state"]!).ShouldBe("applied");
        ((int)report["matched"]!).ShouldBe(matched);
        ((int)report["purged"]!).ShouldBe(purged);
        if (purged > 0) ((long)report["bytes"]!).ShouldBeGreaterThan(0);
        report["values"]!.AsArray().ShouldAllBe(v => v!["error"] == null);
    }

    private static IEnumerable<string> Words(string line) =>
        line.Split(' ').Select(word => word.Replace('_', ' ').Replace("EMPTY", "", StringComparison.Ordinal));

    private List<string> Bytes() => [.. CacheFiles.List(_cache).Select(path => path + Convert.ToBase64String(File.ReadAllBytes(path)))];
}
