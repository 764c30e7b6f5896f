using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>One command purges on every host, and says so by their own receipts.</summary>
public sealed class Publishing_and_receipts
{
    private static readonly string[] Three = ["cache-1", "cache-2", "cache-3"];

    [Theory]
    [InlineData("stream")]
    [InlineData("channel")]
    public async Task Every_host_answers_and_the_sums_are_told(string publisher)
    {
        await using var fleet = await RedisFleet.StartAsync(Three);
        var pages = Three.SelectMany(name => (string[])[fleet.Page(name, "/a"), fleet.Page(name, "/b"), fleet.Page(name, "/other")]).ToList();
        foreach (var name in Three) await fleet[name].HoldsAsync(3);
        var (exit, said, _) = await fleet.PublishJsonAsync("--to", publisher, "--url", "/a", "--url", "/b", "--wait", "--expect", "3", "--timeout", "20s");
        exit.ShouldBe(0);
        ((int)said["answered"]!, (int)said["matched"]!, (int)said["purged"]!).ShouldBe((3, 6, 6));
        said["hosts"]!.AsArray().Select(host => (string)host!["host"]!).ShouldBe(Three);
        said["hosts"]!.AsArray().ShouldAllBe(host => (string)host!["state"]! == "applied" && (int)host["purged"]! == 2);
        ((double)said["p50_ms"]!).ShouldBeLessThanOrEqualTo((double)said["p99_ms"]!);
        pages.Count(File.Exists).ShouldBe(3);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_named()
    {
        await using var fleet = await RedisFleet.StartAsync(Three);
        await fleet.StopAgentAsync("cache-2");
        var run = await fleet.PublishAsync("--to", "stream", "--tag", "x", "--wait", "--expect", "3", "--timeout", "3s");
        run.ExitCode.ShouldBe(4);
        run.Stdout.ShouldStartWith("applied on 2 of 3 hosts in ");
        run.Stderr.ShouldContain("1 of 3 hosts did not answer in time: cache-2");

        run = await fleet.PublishAsync("--to", "stream", "--tag", "x", "--wait", "--expect", "cache-1,cache-9", "--timeout", "3s");
        run.ExitCode.ShouldBe(4);
        run.Stderr.ShouldContain("did not answer in time: cache-9");
        (await fleet.PublishAsync("--to", "stream", "--tag", "x", "--wait", "--expect", "cache-3,cache-1", "--timeout", "20s")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_number_the_hosts_that_are_known_are_waited_for()
    {
        await using var fleet = await RedisFleet.StartAsync(Three);
        var run = await fleet.PublishAsync("--to", "stream", "--all", "--wait", "--timeout", "20s");
        run.ExitCode.ShouldBe(0, run.Stderr);
        run.Stdout.ShouldStartWith("applied on 3 of 3 hosts in ");
        run = await fleet.PublishAsync("--to", "channel", "--all", "--wait", "--timeout", "20s");
        run.Stdout.ShouldStartWith("applied on 3 of 3 hosts in ");
    }

    [Theory]
    [InlineData("prge", "unknown command")]
    [InlineData("purge\",\"expires\":\"2020-01-01T00:00:00Z", "expired")]
    [InlineData("purge\",\"mode\":\"gentle", "gentle")]
    public async Task A_refused_message_is_answered_as_far_as_its_id_can_be_read(string command, string words)
    {
        await using var fleet = await RedisFleet.StartAsync(["cache-1"]);
        using var redis = new RedisTalk(fleet.Redis.Port);
        redis.Add("towncrier", $$"""{"command":"{{command}}","value":["/a"],"id":"wrong-1"}""");
        await Eventually.TrueAsync(async () => await ReceiptsAsync() is var all && all.Contains("wrong-1", StringComparison.Ordinal), "a receipt comes");
        var receipts = await ReceiptsAsync();
        receipts.ShouldContain("\"state\":\"failed\"");
        receipts.ShouldContain(words);

        Task<string> ReceiptsAsync() => fleet.Redis.CliAsync("XRANGE", "towncrier.receipts", "-", "+");
    }

    [Fact]
    public async Task Nobody_receiving_is_an_error()
    {
        await using var redis = await RedisServer.StartAsync();
        var run = await Cli.RunAsync("publish", "--redis", redis.Url, "--url", "/a");
        run.ExitCode.ShouldBe(3);
        run.Stderr.ShouldContain("nobody is receiving on redis:varnish.purge");
        run = await Cli.RunAsync("publish", "--redis", redis.Url, "--url", "/a", "--wait", "--receipts", "towncrier.receipts", "--timeout", "2s");
        run.ExitCode.ShouldBe(3);
        run = await Cli.RunAsync("publish", "--redis", redis.Url, "--stream", "towncrier", "--url", "/a", "--wait", "--receipts", "towncrier.receipts", "--expect", "1", "--timeout", "1s");
        run.ExitCode.ShouldBe(4);
        run = await Cli.RunAsync("publish", "--redis", $"redis://127.0.0.1:{FreePort.Next()}", "--url", "/a");
        run.ExitCode.ShouldBe(3);
        run.Stderr.ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task The_originals_commands_are_understood()
    {
        await using var fleet = await RedisFleet.StartAsync(["cache-1"]);
        using var listener = new RedisTalk(fleet.Redis.Port);
        foreach (var (args, expected) in ((string[], string)[])[
            (["purge", "--host", "www.example.org", "/a", "/b?c=%2f"], """{"command":"purge","host":"www.example.org","value":["/a","/b?c=%2f"]"""),
            (["ban", "obj.http.x-type == page", "--host", "www.example.org"], """{"command":"ban","host":"www.example.org","value":["obj.http.x-type == page"]"""),
            (["ban", "--url", "^/news/"], """{"command":"ban.url","value":["^/news/"]"""),
            (["xkey", "article-42", "a b"], """{"command":"xkey","value":["article-42","a b"]"""),
            (["xkey", "--soft", "article-42"], """{"command":"xkey.soft","value":["article-42"]"""),
            // In any order, as it took them.
            (["--host", "www.example.org", "purge", "/a"], """{"command":"purge","host":"www.example.org","value":["/a"]"""),
            (["--soft", "xkey", "article-42"], """{"command":"xkey.soft","value":["article-42"]"""),
            (["--dry-run", "ban", "obj.status == 404"], """{"command":"ban","value":["obj.status == 404"]"""),
            (["xkey", "@article-42"], """{"command":"xkey","value":["@article-42"]"""),
            (["ban", "^/news/", "--host", "www.example.org", "--url"], """{"command":"ban.url","host":"www.example.org","value":["^/news/"]""")])
        {
            await using var heard = ChildProcess.Start("redis-cli", ["-p", $"{fleet.Redis.Port}", "SUBSCRIBE", "elsewhere"]);
            await Eventually.TrueAsync(() => listener.Ask(["PUBLISH", "elsewhere", "hello"]) is ["1"], "redis-cli is subscribed");
            var run = await fleet.PublishAsync([.. args, "--to", "channel", "--channel", "elsewhere"]);
            run.ExitCode.ShouldBe(0, run.Stderr);
            await Eventually.TrueAsync(() => heard.Stdout.Contains(expected, StringComparison.Ordinal), $"{expected} was published, not {heard.Stdout}");
            heard.Stdout.Contains("\"dry_run\":true", StringComparison.Ordinal).ShouldBe(args.Contains("--dry-run"));
        }
    }

    [Theory]
    [InlineData("say what to purge")]
    [InlineData("several publishers are configured", "--url", "/a")]
    [InlineData("there is no publisher 'nowhere'", "--url", "/a", "--to", "nowhere")]
    [InlineData("give --wait too", "--url", "/a", "--to", "stream", "--expect", "3")]
    [InlineData("is not a duration", "--url", "/a", "--to", "stream", "--wait", "--timeout", "soon")]
    [InlineData("neither a number", "--url", "/a", "--to", "stream", "--wait", "--expect", "0")]
    [InlineData("neither a path", "--url", "news/42", "--to", "stream")]
    [InlineData("takes one --host", "--host", "a.org", "--to", "stream", "purge", "--host", "b.org", "/a")]
    [InlineData("none of publish's own selectors", "--to", "stream", "--tag", "t", "purge", "/a")]
    [InlineData("both a key and its secret", "--url", "/a", "--to", "stream", "--sign-key", "cms")]
    public async Task Wrong_usage_is_told_and_nothing_is_published(string words, params string[] args)
    {
        await using var fleet = await RedisFleet.StartAsync([]);
        var run = await fleet.PublishAsync(args);
        run.ExitCode.ShouldBe(2, run.Stdout + run.Stderr);
        run.Stderr.ShouldContain(words);
        (await fleet.Redis.CliAsync("EXISTS", "towncrier")).ShouldBe("0");
    }
}
