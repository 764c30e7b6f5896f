using System.Net.Http.Headers;
using System.Net.Sockets;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>Who may talk to the agent, and how many agents there may be.</summary>
public sealed class Access : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _cache;

    public Access() => _cache = GoldenCache.Fill(_folder.Of("cache"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_default_is_loopback_only()
    {
        var check = await Cli.RunAsync("config", "check", "--cache", _cache, "--state", _folder.Of("s"));
        check.ExitCode.ShouldBe(0, check.Stderr);
        check.Stdout.ShouldContain("listen: ['http://127.0.0.1:8471']");
    }

    [Fact]
    public async Task An_open_address_needs_a_token_and_the_token_is_asked_for_and_never_told()
    {
        const string Token = "s3cret-t0ken-of-this-test";
        var file = _folder.Of("token");
        File.WriteAllText(file, Token + "\n");
        var port = FreePort.Next();
        await using var agent = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--cache", _cache, "--listen", $"http://0.0.0.0:{port}", "--token-file", file, "--state", _folder.Of("s")]), port);
        (await agent.GetAsync("/v1/status")).Problem(401);
        (await agent.GetAsync("/metrics")).Problem(401);
        (await agent.PostAsync("""{"command":"all"}""")).Problem(401);
        (await agent.SendAsync(new HttpRequestMessage(new HttpMethod("PURGE"), "/tags"))).Problem(401);
        (await agent.GetAsync("/healthz")).Status.ShouldBe(200);
        (await agent.SendAsync(Asking(Token + "x"))).Problem(401);
        (await agent.SendAsync(Asking(Token))).Status.ShouldBe(200);

        var denied = await Cli.RunAsync("purge", "--agent", agent.Address, "--all");
        denied.ExitCode.ShouldBe(2);
        denied.Stderr.ShouldContain("TOWNCRIER_TOKEN");
        await using var allowed = TowncrierBinary.Start(["purge", "--agent", agent.Address, "--tag", "k1"], new Dictionary<string, string> { ["TOWNCRIER_TOKEN"] = Token });
        (await allowed.ExitAsync()).ShouldBe(0, allowed.Stderr);
        agent.Log.ShouldNotContain(Token);
        agent.Process.Stdout.ShouldBeEmpty();
        (await Cli.RunAsync("config", "check", "--cache", _cache)).Stdout.ShouldNotContain(Token);
    }

    [Fact]
    public async Task A_unix_socket_is_for_the_owner_and_the_group_and_a_stale_one_is_replaced()
    {
        var path = _folder.Of("towncrier.sock");
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stale.Bind(new UnixDomainSocketEndPoint(path)); // and never listens: nobody answers there
            await using var agent = await RunningAgent.StartAsync(_folder, _cache, "--listen", "unix:" + path);
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            (await Cli.RunAsync("status", "--agent", "unix:" + path)).ExitCode.ShouldBe(0);
            (await Cli.RunAsync("purge", "--agent", "unix:" + path, "--tag", "k1")).ExitCode.ShouldBe(0);

            await RefusedAsync($"another process answers on {path}", "--listen", "unix:" + path, "--state", _folder.Of("other"));
            (await Cli.RunAsync("status", "--agent", "unix:" + path)).ExitCode.ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_file_at_the_sockets_path_is_never_deleted()
    {
        var path = _folder.Of("precious");
        File.WriteAllText(path, "precious");
        await RefusedAsync("is no socket", "--listen", "unix:" + path, "--state", _folder.Of("s"));
        File.ReadAllText(path).ShouldBe("precious");
    }

    [Fact]
    public async Task A_port_or_state_directory_in_use_is_said_and_exits_2()
    {
        await using var agent = await RunningAgent.StartAsync(_folder, _cache, "--fence", "1s");
        await RefusedAsync("address already in use", "--listen", agent.Address, "--state", _folder.Of("other"));
        await RefusedAsync("in use by another agent", "--listen", $"http://127.0.0.1:{FreePort.Next()}", "--state", _folder.Of("state-" + agent.Port));
        (await agent.GetAsync("/readyz")).Status.ShouldBe(200);
    }

    private async Task RefusedAsync(string words, params string[] args)
    {
        var run = await Cli.RunAsync(["agent", "--cache", _cache, "--log", "text", .. args]);
        run.ExitCode.ShouldBe(2, run.Stderr);
        run.Stderr.ShouldContain(words);
        run.Stderr.ShouldNotContain("   at ");
        run.Stdout.ShouldBeEmpty();
    }

    private static HttpRequestMessage Asking(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/status");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}
