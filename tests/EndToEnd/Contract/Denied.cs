using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>What this user may not read, or nobody may write.</summary>
public sealed class Denied : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _cache;

    public Denied() => _cache = GoldenCache.Fill(_folder.Of("cache"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_directory_without_permission_exits_2_and_names_the_user()
    {
        var nobody = new AsUser(_folder);
        File.SetUnixFileMode(_cache, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var args in (string[][])[["scan", _cache], ["ls", _cache], ["purge", "--cache", _cache, "--all"], ["inspect", "/x", "--cache", _cache]])
        {
            var run = await nobody.RunAsync(args);
            run.ExitCode.ShouldBe(2, run.Stderr);
            run.Stdout.ShouldBeEmpty();
            run.Stderr.ShouldContain("Permission denied");
            run.Stderr.ShouldContain("nobody");
            run.Stderr.ShouldNotContain("Unhandled");
        }
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_counted_and_exit_4()
    {
        var nobody = new AsUser(_folder);
        var file = CacheFiles.PathOf(_cache, "httpwww.example.org/tags");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        var scan = await nobody.RunAsync("scan", _cache, "--json");
        scan.ExitCode.ShouldBe(4);
        JsonNode.Parse(scan.Stdout)!["skipped"]!.ToJsonString().ShouldBe("""{"unreadable":1}""");
        scan.Stderr.ShouldContain("nobody");
        (await nobody.RunAsync("ls", _cache, "--tag", "article-7")).ExitCode.ShouldBe(4);
        var inspect = await nobody.RunAsync("inspect", file);
        inspect.ExitCode.ShouldBe(2);
        inspect.Stderr.ShouldContain("Permission denied");
    }

    [Fact]
    public async Task Files_that_cannot_be_written_exit_4_with_their_outcome()
    {
        var nobody = new AsUser(_folder);
        var run = await nobody.RunAsync("purge", "--cache", _cache, "--tag", "k1", "--json");
        run.ExitCode.ShouldBe(4);
        var report = JsonNode.Parse(run.Stdout)!;
        ((string)report["state"]!).ShouldBe("failed");
        report["outcomes"]!.ToJsonString().ShouldBe("""{"denied":1}""");
        run.Stderr.ShouldContain("1 denied");
        File.Exists(CacheFiles.PathOf(_cache, "httpwww.example.org/tags")).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_users_agent_reports_the_failure_too()
    {
        var nobody = new AsUser(_folder);
        var state = _folder.Make("state");
        File.SetUnixFileMode(state, (UnixFileMode)0b111_111_111);
        var port = FreePort.Next();
        await using var process = nobody.Start("agent", "--cache", _cache, "--listen", $"http://127.0.0.1:{port}", "--state", Path.Combine(state, "s"), "--log", "text");
        using var probe = new HttpProbe(port);
        await Eventually.TrueAsync(async () => await AnswersAsync(probe), "the agent answers");
        var run = await Cli.RunAsync("purge", "--agent", $"http://127.0.0.1:{port}", "--tag", "k1", "--json");
        run.ExitCode.ShouldBe(4, run.Stderr);
        JsonNode.Parse(run.Stdout)!["outcomes"]!.ToJsonString().ShouldBe("""{"denied":1}""");
        process.Stderr.ShouldContain("could not be applied to every file: 1 denied");
    }

    [Fact]
    public async Task An_agent_that_cannot_read_a_file_is_not_ready_and_says_why()
    {
        var nobody = new AsUser(_folder);
        File.SetUnixFileMode(CacheFiles.PathOf(_cache, "httpwww.example.org/tags"), UnixFileMode.UserRead);
        var state = _folder.Make("state");
        File.SetUnixFileMode(state, (UnixFileMode)0b111_111_111);
        var port = FreePort.Next();
        await using var process = nobody.Start("agent", "--cache", _cache, "--listen", $"http://127.0.0.1:{port}", "--state", Path.Combine(state, "s"), "--log", "text");
        using var probe = new HttpProbe(port);
        await Eventually.TrueAsync(async () => await AnswersAsync(probe) && (await probe.GetAsync("/readyz")).Body.Contains("1 files or directories cannot be read by nobody", StringComparison.Ordinal), "the reason is told");
        (await probe.GetAsync("/readyz")).Status.ShouldBe(503);
        var metrics = PrometheusText.Parse((await probe.GetAsync("/metrics")).Body);
        metrics.Sum("towncrier_index_ready").ShouldBe(0);
        metrics.Sum("towncrier_skipped_files_total", ("reason", "unreadable")).ShouldBe(1);
        process.Stderr.ShouldContain("cannot be read by nobody");
    }

    [Fact]
    public async Task A_file_that_even_root_cannot_write_is_denied_and_its_neighbour_purged()
    {
        var file = CacheFiles.PathOf(_cache, "httpwww.example.org/vary");
        if (await RunAsync("chattr", "+i", file) != 0) Assert.Skip("this file system knows no immutable files, or this is not root");
        try
        {
            var run = await Cli.RunAsync("purge", "--cache", _cache, "--url", "/vary", "--json");
            run.ExitCode.ShouldBe(4);
            JsonNode.Parse(run.Stdout)!["outcomes"]!.ToJsonString().ShouldBe("""{"denied":1,"purged":1}""");
            File.Exists(file).ShouldBeTrue();
        }
        finally
        {
            await RunAsync("chattr", "-i", file);
        }
    }

    private static async Task<bool> AnswersAsync(HttpProbe probe)
    {
        try
        {
            return (await probe.GetAsync("/healthz")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<int> RunAsync(string program, params string[] args)
    {
        await using var process = ChildProcess.Start(program, args);
        return await process.ExitAsync();
    }
}
