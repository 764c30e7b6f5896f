using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>Wrong usage: exit code 2, words on stderr that name what is wrong, nothing on stdout.</summary>
public sealed class Usage : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "command")]
    [InlineData("prge", "prge")]
    [InlineData("scan", "DIR")]
    [InlineData("scan CACHE --bogus", "--bogus")]
    [InlineData("scan /nonexistent-cache", "No such file")]
    [InlineData("scan /etc/passwd", "Not a directory")]
    [InlineData("scan CACHE --key $bogus", "$bogus")]
    [InlineData("ls /nonexistent-cache", "No such file")]
    [InlineData("ls CACHE --tag EMPTY", "empty")]
    [InlineData("ls CACHE --host EMPTY", "empty")]
    [InlineData("ls CACHE --prefix EMPTY", "empty")]
    [InlineData("ls CACHE --wildcard EMPTY", "empty")]
    [InlineData("ls CACHE --regex EMPTY", "empty")]
    [InlineData("ls CACHE --regex (", "not valid at character 1")]
    [InlineData(@"ls CACHE --regex (a)\1", "backreference")]
    [InlineData("inspect CACHE", "no file")]
    [InlineData("inspect /nonexistent-file", "no file")]
    [InlineData("purge", "say what to purge")]
    [InlineData("purge --cache CACHE", "say what to purge")]
    [InlineData("purge --cache CACHE --agent 127.0.0.1:1 --all", "not both")]
    [InlineData("purge --cache CACHE --cache CACHE --all", "--cache")]
    [InlineData("purge --cache /nonexistent-cache --all", "No such file")]
    [InlineData("purge --cache CACHE --url news/42", "starts with /")]
    [InlineData("purge --cache CACHE --url EMPTY", "the value is empty")]
    [InlineData("purge --cache CACHE --host EMPTY", "the value is empty")]
    [InlineData("purge --cache CACHE --tag EMPTY", "the value is empty")]
    [InlineData("purge --cache CACHE --regex [", "not valid")]
    [InlineData("purge --cache CACHE --all --key-template $bogus", "--key-template")]
    [InlineData("purge --agent ftp://example.org --all", "no address")]
    [InlineData("purge --agent http:// --all", "no address")]
    [InlineData("status --agent unix:", "--agent")]
    [InlineData("config", "command")]
    [InlineData("config check", "no cache directory")]
    [InlineData("config check /nonexistent-file", "does not exist")]
    [InlineData("doctor --nginx /nonexistent-file", "nonexistent-file")]
    [InlineData("agent", "no cache directory")]
    [InlineData("agent --cache CACHE --fence 10", "not a duration")]
    [InlineData("agent --cache CACHE --fence 2h", "too long")]
    [InlineData("agent --cache CACHE --listen 127.0.0.1:8471", "not an address")]
    [InlineData("agent --cache CACHE --listen http://0.0.0.0:8471", "no token")]
    [InlineData("agent --cache CACHE --listen http://[::]:8471", "no token")]
    [InlineData("agent --cache CACHE --listen https://127.0.0.1:8471", "TLS")]
    [InlineData("agent --cache CACHE --state CACHE/state", "lies in the cache")]
    [InlineData("agent --cache CACHE --log xml", "not a format")]
    public async Task Is_said_and_exits_2(string line, string words)
    {
        var cache = _folder.Make("cache");
        var run = await Cli.RunAsync([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Replace("CACHE", cache, StringComparison.Ordinal).Replace("EMPTY", "", StringComparison.Ordinal))]);
        run.ExitCode.ShouldBe(2, run.Stderr);
        run.Stderr.ShouldContain(words);
        run.Stderr.ShouldNotContain("Unhandled");
        run.Stdout.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("status")]
    [InlineData("why /x")]
    [InlineData("purge --all")]
    public async Task Nobody_at_the_agents_address_exits_3(string line)
    {
        foreach (var address in (string[])[$"http://127.0.0.1:{FreePort.Next()}", "unix:" + _folder.Of("none.sock")])
        {
            var run = await Cli.RunAsync([.. line.Split(' '), "--agent", address]);
            run.ExitCode.ShouldBe(3, run.Stderr);
            run.Stderr.ShouldContain("no agent answers at " + address);
            run.Stdout.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Help_is_data_and_exits_0()
    {
        foreach (var command in (string[])["agent", "scan", "ls", "inspect", "why", "purge", "status", "doctor", "config", "version"])
        {
            var run = await Cli.RunAsync(command, "--help");
            run.ExitCode.ShouldBe(0);
            run.Stdout.ShouldContain(command);
        }
    }
}
