using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>What happens to the output is the shell's affair: closed pipes, full disks and Ctrl-C crash nothing.</summary>
public sealed class Streams : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_reader_that_goes_away_is_no_crash()
    {
        var cache = _folder.Make("cache");
        for (var i = 0; i < 2000; i++) new SyntheticEntry($"httpa.org/{i}/{new string('x', 100)}").WriteTo(cache);
        var run = await ShellAsync($"{{ {Towncrier} ls {cache} --json; echo code $? >&2; }} | head -1");
        run.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        run.Stderr.Trim().ShouldBe("code 0");
    }

    [Theory]
    [InlineData("scan CACHE")]
    [InlineData("ls CACHE --json")]
    [InlineData("purge --cache CACHE --all --dry-run")]
    [InlineData("version")]
    public async Task A_full_disk_exits_4_and_says_so(string line)
    {
        var cache = GoldenCache.Fill(_folder.Of("cache"));
        var run = await ShellAsync($"{Towncrier} {line.Replace("CACHE", cache, StringComparison.Ordinal)} > /dev/full");
        run.ExitCode.ShouldBe(4);
        run.Stderr.ShouldStartWith("towncrier: the output cannot be written");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(Posix.SigTerm)]
    public async Task A_scan_that_is_interrupted_ends_without_a_word(int signal)
    {
        var cache = _folder.Make("cache");
        for (var i = 0; i < 4000; i++) new SyntheticEntry($"httpa.org/{i}").WriteTo(cache);
        await using var scan = TowncrierBinary.Start(["ls", cache, "--json"]);
        await Eventually.TrueAsync(() => scan.Stdout.Length > 0 || scan.HasExited, "it has begun");
        scan.Signal(signal);
        (await scan.ExitAsync()).ShouldBeOneOf(0, 128 + signal, 130);
        scan.Stderr.ShouldBeEmpty();
    }

    private static string Towncrier => $"{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"} {TowncrierBinary.Dll}";

    private static async Task<CliResult> ShellAsync(string line)
    {
        await using var process = ChildProcess.Start("sh", ["-c", line]);
        var code = await process.ExitAsync();
        return new CliResult(code, process.Stdout, process.Stderr);
    }
}
