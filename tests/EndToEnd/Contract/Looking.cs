using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>scan, ls, inspect and version with the real binary, over files that a real nginx wrote.</summary>
public sealed class Looking : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _cache;

    public Looking() => _cache = GoldenCache.Fill(_folder.Of("cache"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scan_counts_what_is_there_and_says_why_the_rest_is_not()
    {
        var level = Path.GetDirectoryName(CacheFiles.List(_cache)[0])!;
        var digits = Path.GetFileName(Path.GetDirectoryName(level)!) is var top ? Path.GetFileName(level) + top : "";
        File.WriteAllText(Path.Combine(level, new string('0', 29) + digits), "");
        File.WriteAllText(Path.Combine(level, new string('1', 29) + digits), new string('x', 1000));
        File.WriteAllText(Path.Combine(level, new string('2', 29) + digits + ".0000000007"), "temp");
        File.WriteAllText(Path.Combine(level, "README"), "foreign");
        var run = await Cli.RunAsync("scan", _cache, "--json");
        run.ExitCode.ShouldBe(0);
        run.Stderr.ShouldBeEmpty();
        var json = JsonNode.Parse(run.Stdout)!.AsObject();
        json.Select(p => p.Key).Take(7).ShouldBe(["entries", "files", "bytes", "variants", "temp", "skipped", "seconds"]);
        ((int)json["entries"]!).ShouldBe(GoldenCache.Files);
        ((int)json["files"]!).ShouldBe(GoldenCache.Files + 4);
        ((long)json["bytes"]!).ShouldBe(GoldenCache.Read().Sum(f => (long)f.Bytes.Length));
        ((int)json["variants"]!).ShouldBe(2);
        ((int)json["temp"]!).ShouldBe(1);
        ((double)json["seconds"]!).ShouldBeInRange(0, 20);
        json["skipped"]!.ToJsonString().ShouldBe("""{"truncated":1,"not_a_cache_file":1,"foreign":1}""");

        var text = await Cli.RunAsync("scan", _cache);
        text.Stdout.ShouldContain("17 entries (2 of them vary)");
        text.Stdout.ShouldContain("skipped 1: truncated");
    }

    [Fact]
    public async Task Scan_of_an_empty_directory_is_done_and_finds_nothing()
    {
        var run = await Cli.RunAsync("scan", _folder.Make("empty"), "--json");
        run.ExitCode.ShouldBe(0);
        ((int)JsonNode.Parse(run.Stdout)!["entries"]!).ShouldBe(0);
    }

    [Theory]
    [InlineData("", 17)]
    [InlineData("--tag k1", 1)]
    [InlineData("--tag article-7", 10)]
    [InlineData("--prefix /fastcgi", 3)]
    [InlineData("--wildcard /*fast*-*", 2)]
    [InlineData("--regex ^/(vary|age)$", 3)]
    [InlineData("--host www.example.org", 17)]
    [InlineData("--host WWW.example.org:443 --prefix /vary", 2)]
    [InlineData("--host *.example.org --tag article-7 --regex scgi --wildcard * --prefix /", 1)]
    [InlineData("--host example.org", 0)]
    [InlineData("--tag article-7 --prefix /vary", 0)]
    [InlineData("--tag article", 0)]
    public async Task Ls_shows_what_fits_every_filter(string filters, int files)
    {
        var run = await Cli.RunAsync(["ls", _cache, "--json", .. filters.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var lines = run.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        run.ExitCode.ShouldBe(files > 0 ? 0 : 1, run.Stderr);
        run.Stderr.ShouldBeEmpty();
        lines.Length.ShouldBe(files);
        lines.Select(line => (string)JsonNode.Parse(line)!["file"]!).Distinct().Count().ShouldBe(files);
    }

    [Fact]
    public async Task Ls_has_every_field_of_the_contract_with_its_value()
    {
        var run = await Cli.RunAsync("ls", _cache, "--json", "--key", "$scheme$host$request_uri");
        var lines = run.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        foreach (var line in lines)
            line.AsObject().Select(p => p.Key).ShouldBe(
                ["file", "key", "host", "uri", "status", "bytes", "stored", "valid_until", "state", "tags", "tags_unreadable", "vary", "variant"]);
        var gone = lines.Single(line => (string)line["uri"]! == "/gone");
        ((string)gone["key"]!).ShouldBe("httpwww.example.org/gone");
        ((string)gone["host"]!).ShouldBe("www.example.org");
        ((int)gone["status"]!).ShouldBe(404);
        ((long)gone["bytes"]!).ShouldBe(new FileInfo((string)gone["file"]!).Length);
        ((string)gone["stored"]!).ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$");
        gone["tags"]!.AsArray().Select(t => (string)t!).ShouldBe(["article-7", "section-news", "author-3"]);
        gone["vary"].ShouldBeNull();
        var variants = lines.Where(line => (string)line["uri"]! == "/vary").ToList();
        variants.Select(v => (string)v["vary"]!).ShouldAllBe(v => v == "Accept-Language");
        variants.Select(v => (string)v["variant"]!).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Fresh_and_stale_are_told_apart()
    {
        var fresh = new SyntheticEntry("httpa.org/fresh").WriteTo(_folder.Of("two"));
        new SyntheticEntry("httpa.org/stale") { Stored = 1_000_000_000 }.WriteTo(_folder.Of("two"));
        var lines = (await Cli.RunAsync("ls", _folder.Of("two"), "--json")).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        lines.ToDictionary(l => (string)l["uri"]!, l => (string)l["state"]!).ShouldBe(new Dictionary<string, string> { ["/fresh"] = "fresh", ["/stale"] = "stale" }, ignoreOrder: true);
        ((string)lines.Single(l => (string)l["file"]! == fresh)["state"]!).ShouldBe("fresh");
    }

    [Fact]
    public async Task Text_for_a_terminal_is_one_line_an_entry_and_obeys_nobody()
    {
        new SyntheticEntry("httpa.org/\u001b]0;owned\u0007") { Headers = "Cache-Tag: \u001b[2J\r\n" }.WriteTo(_cache);
        var run = await Cli.RunAsync("ls", _cache);
        run.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(GoldenCache.Files + 1);
        run.Stdout.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
    }

    [Fact]
    public async Task Inspect_shows_a_file_whole_and_every_file_of_a_url()
    {
        var file = CacheFiles.PathOf(_cache, "httpwww.example.org/etag");
        var one = JsonNode.Parse((await Cli.RunAsync("inspect", file, "--json")).Stdout)!;
        ((int)one["version"]!).ShouldBe(5);
        ((string)one["key"]!).ShouldBe("httpwww.example.org/etag");
        ((string)one["named"]!).ShouldBe("main");
        ((string)one["etag"]!).ShouldBe("\"33a64df5\"");
        ((string)one["last_modified"]!).ShouldBe("1994-11-06T08:49:37Z");
        one["headers"]!.AsArray().Select(h => (string)h!).ShouldContain("ETag: \"33a64df5\"");
        var url = await Cli.RunAsync("inspect", "http://www.example.org/vary", "--cache", _cache, "--json");
        url.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        (await Cli.RunAsync("inspect", file)).Stdout.ShouldContain("httpwww.example.org/etag");
        (await Cli.RunAsync("inspect", "/nowhere-in-it", "--cache", _cache)).ExitCode.ShouldBe(1);
        (await Cli.RunAsync("inspect", "news/42", "--cache", _cache)).ExitCode.ShouldBe(2);
        (await Cli.RunAsync("inspect", "http://www.example.org/vary")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Version_is_on_stdout_as_text_and_as_json()
    {
        (await Cli.RunAsync("version")).Stdout.ShouldMatch(@"^towncrier \d+\.\d+\.\d+\n$");
        ((string)JsonNode.Parse((await Cli.RunAsync("version", "--json")).Stdout)!["version"]!).ShouldMatch(@"^\d+\.\d+\.\d+$");
    }
}
