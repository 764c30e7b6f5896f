using Towncrier.Host.Configuring;

namespace Towncrier.Host.Tests.Configuring;

public class FileTests
{
    [Fact]
    public void A_full_file_is_read()
    {
        using var temp = new TempDirectory();
        var token = temp.Write("token", "s3cret\n");
        var options = ConfigFixture.Good(ConfigFixture.ReadYaml($$"""
            caches:
              - path: /var/cache/nginx/site/
                key: "$scheme$proxy_host$request_uri"
                hosts: [www.example.org, example.org]
                tags: [Cache-Tag, cache-tag, xkey]
              - { path: /var/cache/nginx/two }
            sources:
              - http: { listen: ["http://0.0.0.0:8471", "unix:/run/x.sock"], token_file: {{token}} }
            state: /srv/state
            fence: 1500ms
            soft: { updating: 5m, error: 0s }
            log: json
            """));

        options.Caches.Select(c => c.Path).ShouldBe(["/var/cache/nginx/site", "/var/cache/nginx/two"]);
        options.Caches[0].Key.ShouldBe("$scheme$proxy_host$request_uri");
        options.Caches[0].Hosts.ShouldBe(["www.example.org", "example.org"]);
        options.Caches[0].Tags.ShouldBe(["Cache-Tag", "xkey"]);
        options.Caches[1].Tags.ShouldBe(CacheOptions.DefaultTags);
        options.Listen.Addresses.Select(a => (a.UnixPath, a.Host, a.Port)).ShouldBe([(null, "0.0.0.0", 8471), ("/run/x.sock", null, 0)]);
        options.Token.ShouldBe("s3cret");
        options.StateDirectory.ShouldBe("/srv/state");
        options.Fence.ShouldBe(TimeSpan.FromSeconds(1.5));
        options.Soft.ShouldBe(new SoftOptions { Updating = TimeSpan.FromMinutes(5), Error = TimeSpan.Zero });
        options.Log.ShouldBe(LogFormat.Json);
        options.ToString().ShouldNotContain("s3cret");
    }

    // In this table "|" is a line break.
    [Theory]
    [InlineData("caches: [{path: /c}]|cahces: 1", "t.yaml:2", "'cahces' is not a setting", "Did you mean 'caches'?")]
    [InlineData("caches: [{path: /c, tag: [A]}]", "t.yaml:1", "'tag' of caches is not a setting", "Did you mean 'tags'?")]
    [InlineData("caches:|  - path: /c|    zebra: 1", "t.yaml:3", "'zebra' of caches is not a setting", "Known here: path, key, hosts, tags")]
    [InlineData("caches: [{path: /c}]|fence: 10", "t.yaml:2", "fence '10' is not a duration", "10s")]
    [InlineData("caches: [{path: /c}]|fence: -1s", "t.yaml:2", "is not a duration", "10s")]
    [InlineData("caches: [{path: /c}]|fence: 99999999999h", "t.yaml:2", "is not a duration", "10s")]
    [InlineData("caches: [{path: /c}]|fence: 2h", "t.yaml:2", "fence 2h is too long", "at most 1h")]
    [InlineData("caches: [{path: /c}]|fence: [1s]", "t.yaml:2", "'fence' is a list, not a text", "fence: VALUE")]
    [InlineData("caches: [{path: /c}]|soft: 10s", "t.yaml:2", "'soft' is a single value, not a mapping", "Indent")]
    [InlineData("caches: [{path: /c}]|soft: {updatign: 1s}", "t.yaml:2", "'updatign' of soft", "Did you mean 'updating'?")]
    [InlineData("caches: [{path: /c}]|log: loud", "t.yaml:2", "log 'loud' is not a format", "auto, text or json")]
    [InlineData("caches: [{path: /c}]|log: json|log: text", "t.yaml:3", "'log' is given twice; the first is on line 2", "Keep one")]
    [InlineData("caches: [{path: /c}, {path: /c/}]", "t.yaml:1", "the cache /c is also at", "one entry")]
    [InlineData("caches: [{path: c}]", "t.yaml:1", "the cache path 'c' is not absolute", "beginning with '/'")]
    [InlineData("caches: [{path: /}]", "t.yaml:1", "root of the file system", "proxy_cache_path")]
    [InlineData("caches: [{path: /c, key: plain}]", "t.yaml:1", "has no variable", "single quotes")]
    [InlineData("caches: [{path: /c, hosts: ['http://x/']}]", "t.yaml:1", "is not a host name", "name alone")]
    [InlineData("caches: [{path: /c, tags: ['A:']}]", "t.yaml:1", "is not a header name", "without a colon")]
    [InlineData("caches: [{path: /c, tags: {a: b}}]", "t.yaml:1", "'tags' of caches is a mapping, not a list", "[A, B]")]
    [InlineData("caches: [{path: /c}, 7]", "t.yaml:1", "an item of 'caches' is a single value", "name: value")]
    [InlineData("caches: [{path: /c}]|redis: x", "t.yaml:2", "'redis' is a single value, not a mapping", "Indent")]
    [InlineData("caches: [{path: /c}]|routes: x", "t.yaml:2", "'routes' is a single value, not a list", "Start each item")]
    [InlineData("caches: [{path: /c}]|sources:|  - masstransit: {host: x}", "t.yaml:3", "'masstransit' of sources is not supported by this version", "http")]
    [InlineData("caches: [{path: /c}]|sources: [{http: {listen: 'http://10.0.0.1:1'}}]", "t.yaml:2", "can be reached from other machines, and no token is set", "127.0.0.1")]
    [InlineData("caches: [{path: /c}]|sources: [{http: {listen: [http://127.0.0.1]}}]", "t.yaml:2", "has no port", "8471")]
    [InlineData("caches: [{path: /c}]|sources: [{http: {token_file: /nope/x}}]", "t.yaml:2", "the token file cannot be read", "holds the token alone")]
    [InlineData("caches: [{path: /c}]|state: /c/state", "t.yaml:2", "lies in the cache /c", "outside every cache")]
    [InlineData("caches: &a [{path: /c}]", "t.yaml:1", "an anchor (&name) is not supported", "Write the value out")]
    [InlineData("caches: [{path: /c}]|--- |a: b", "t.yaml:2", "a second document", "'---'")]
    [InlineData("caches: [{path: !str /c}]", "t.yaml:1", "a tag (!name) is not supported", "Remove it")]
    [InlineData("caches: [{path: /c}]|? [a]|: b", "t.yaml:2", "a list cannot be a key", "name: value")]
    [InlineData("caches: [{path: /c}|fence: 1s", "t.yaml:", "this is not YAML", "Look")]
    [InlineData("", "t.yaml:1", "the file is empty", "caches:")]
    [InlineData("# words only", "t.yaml:1", "the file is empty", "caches:")]
    [InlineData("- a", "t.yaml:1", "the file is a list, not a mapping", "caches:")]
    public void A_wrong_file_is_told_with_its_line(string yaml, string where, string what, string remedy)
    {
        var (options, problems) = ConfigFixture.ReadYaml(yaml.Replace("|", "\n", StringComparison.Ordinal));

        options.ShouldBeNull();
        problems.ShouldContain(p => p.Where.StartsWith(where, StringComparison.Ordinal) && p.What.Contains(what) && p.Remedy.Contains(remedy), string.Join('\n', problems));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var (_, problems) = ConfigFixture.ReadYaml("caches:\n  - path: rel\n    keys: x\nfence: soon\nlog: loud\nallow: x\n");

        problems.Select(p => p.Where).Order().ShouldBe(["t.yaml:2", "t.yaml:3", "t.yaml:4", "t.yaml:5", "t.yaml:6"]);
    }

    [Fact]
    public void A_missing_file_a_directory_and_a_huge_file_are_told()
    {
        using var temp = new TempDirectory();
        temp.Write("huge", new string('#', (1024 * 1024) + 1));
        foreach (var (name, what) in new[] { ("nope", "does not exist"), ("", "is a directory"), ("huge", "larger than 1 MiB"), ("huge/x", "") })
        {
            var problem = ConfigFixture.Read(new FlagValues { Config = Path.Combine(temp.Path, name), Caches = ["/c"] }).Problems.ShouldHaveSingleItem();
            (problem.Where, problem.What.Contains(what)).ShouldBe(("--config", true), problem.What);
        }
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_told()
    {
        using var temp = new TempDirectory();
        var file = temp.Write("x", "caches: [{path: /c}]");
        File.SetUnixFileMode(file, UnixFileMode.None);
        var problems = ConfigFixture.Read(new FlagValues { Config = file, TokenFile = file, Caches = ["/c"] }).Problems;

        // Root may read everything: then only the token, which is no token, is wrong.
        var expected = Environment.IsPrivilegedProcess ? new[] { "--token-file" } : ["--config", "--token-file"];
        problems.Select(p => p.Where).ShouldBe(expected);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told()
    {
        using var temp = new TempDirectory();
        var file = Path.Combine(temp.Path, "x");
        File.WriteAllBytes(file, [0x63, 0xff, 0xfe]);

        ConfigFixture.Read(new FlagValues { Config = file, Caches = ["/c"] }).Problems.ShouldHaveSingleItem().What.ShouldContain("not UTF-8");
    }
}
