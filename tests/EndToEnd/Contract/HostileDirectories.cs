using System.Net.Sockets;
using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>What may stand in a cache directory instead of a cache file, and a directory that comes and goes.</summary>
public sealed class HostileDirectories : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _cache;

    public HostileDirectories() => _cache = GoldenCache.Fill(_folder.Of("cache"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whatever_is_named_like_an_entry_has_one_reason_and_is_left_alone()
    {
        var outside = _folder.Of("outside");
        new SyntheticEntry("httpwww.example.org/outside").WriteTo(_folder.Of("elsewhere"));
        File.Move(CacheFiles.List(_folder.Of("elsewhere"))[0], outside);
        await using var agent = await RunningAgent.StartAsync(_folder, _cache);
        var sockets = new List<Socket>();
        foreach (var live in (bool[])[false, true])
        {
            Directory.CreateDirectory(Named('a', live));
            File.CreateSymbolicLink(Named('b', live), outside);
            File.CreateSymbolicLink(Named('c', live), _cache);
            File.CreateSymbolicLink(Named('d', live), "/nonexistent");
            (await RunAsync("mkfifo", Named('e', live))).ShouldBe(0);
            sockets.Add(Bound(Named('f', live)));
            await agent.MustWorkAsync(_cache);
        }

        var scan = await Cli.RunAsync("scan", _cache, "--json");
        JsonNode.Parse(scan.Stdout)!["skipped"]!.ToJsonString().ShouldBe("""{"not_a_file":12}""");
        foreach (var letter in "abcdef")
            (await Cli.RunAsync("inspect", Named(letter, live: false))).ExitCode.ShouldBeOneOf(1, 2);
        var all = await Cli.RunAsync("purge", "--agent", agent.Address, "--all", "--json");
        ((int)JsonNode.Parse(all.Stdout)!["purged"]!).ShouldBe(GoldenCache.Files);
        File.Exists(outside).ShouldBeTrue();
        Directory.Exists(Named('a', live: true)).ShouldBeTrue();
        (await Cli.RunAsync("purge", "--cache", _cache, "--all")).ExitCode.ShouldBe(1);
        File.Exists(outside).ShouldBeTrue();
        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Huge_heads_and_keys_are_read_or_skipped_by_their_size()
    {
        new SyntheticEntry("httpa.org/head") { Headers = $"X-Big: {new string('h', 60_000)}\r\nCache-Tag: last\r\n" }.WriteTo(_cache);
        new SyntheticEntry("httpa.org/" + new string('k', 30_000)).WriteTo(_cache);
        new SyntheticEntry("httpa.org/" + new string('k', 40_000)).WriteTo(_cache);
        var scan = await Cli.RunAsync("scan", _cache, "--json");
        JsonNode.Parse(scan.Stdout)!["skipped"]!.ToJsonString().ShouldBe("""{"key_too_long":1}""");
        (await Cli.RunAsync("ls", _cache, "--tag", "last")).ExitCode.ShouldBe(0);
        var run = await Cli.RunAsync("purge", "--cache", _cache, "--host", "a.org", "--json");
        ((int)JsonNode.Parse(run.Stdout)!["purged"]!).ShouldBe(2);
    }

    [Fact]
    public async Task A_directory_that_vanishes_is_waited_for_and_indexed_when_it_returns()
    {
        await using var agent = await RunningAgent.StartAsync(_folder, _cache);
        for (var round = 0; round < 2; round++)
        {
            Directory.Move(_cache, _folder.Of("away"));
            await Eventually.TrueAsync(async () => (await agent.GetAsync("/readyz")) is { Status: 503 } gone && gone.Text.Contains(_cache, StringComparison.Ordinal), "not ready, with the reason");
            (await agent.MetricsAsync()).Sum("towncrier_index_ready").ShouldBe(0);
            var pending = await agent.PostAsync($$"""{"command":"purge","value":["/age"],"id":"while-away-{{round}}"}""", "?wait=true&timeout=200ms");
            pending.Status.ShouldBe(202);
            ((string)pending.Json["state"]!).ShouldBe("pending");
            Directory.Move(_folder.Of("away"), _cache);
            await agent.MustWorkAsync(_cache);
            await Eventually.TrueAsync(async () => (string?)(await agent.GetAsync($"/v1/invalidations/while-away-{round}")).Json["state"] == "applied", "what came meanwhile is applied");
            File.Exists(CacheFiles.PathOf(_cache, "httpwww.example.org/age")).ShouldBeFalse();
        }

        Directory.Delete(_cache, recursive: true);
        await Eventually.TrueAsync(async () => (await agent.GetAsync("/readyz")).Status == 503, "not ready");
        Directory.CreateDirectory(_cache);
        await agent.MustWorkAsync(_cache);
        await agent.HoldsAsync(0);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_yet_is_waited_for()
    {
        var late = _folder.Of("late");
        var port = FreePort.Next();
        await using var process = TowncrierBinary.Start(["agent", "--cache", late, "--listen", $"http://127.0.0.1:{port}", "--state", _folder.Of("s"), "--log", "text"]);
        await Eventually.TrueAsync(() => process.Stderr.Contains("No such file", StringComparison.Ordinal), "it says why");
        Directory.CreateDirectory(late);
        using var probe = new HttpProbe(port);
        await Eventually.TrueAsync(async () => (await probe.GetAsync("/readyz")).Status == 200, "it is ready");
    }

    // One of these names for each letter, before and after the agent began to watch; both lie in the level they belong to.
    private string Named(char letter, bool live)
    {
        var path = CacheFiles.PathOfName(_cache, new string(letter, 28) + (live ? "0" : "1") + "111");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private static Socket Bound(string path)
    {
        // The path of a socket is short: bind it beside, then give it its name.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var near = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")[..8]);
        socket.Bind(new UnixDomainSocketEndPoint(near));
        File.Move(near, path);
        return socket;
    }

    private static async Task<int> RunAsync(string program, params string[] args)
    {
        await using var process = ChildProcess.Start(program, args);
        return await process.ExitAsync();
    }
}
