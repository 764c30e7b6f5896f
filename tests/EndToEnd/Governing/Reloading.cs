using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Governing;

/// <summary><c>config set</c>, <c>config get</c> and SIGHUP, on the real binary.</summary>
public sealed class Reloading
{
    [Fact]
    public async Task A_limit_that_is_set_holds_at_once_and_until_the_next_reload()
    {
        await using var cache = await SmallCache.StartAsync("disk_limit_check_interval: 50ms");
        for (var page = 0; page < 100; page++) await cache.AskAsync(page);
        (await cache.UsageAsync()).ShouldBeGreaterThan(0.7); // nothing is limited unless it is set
        var set = await Cli.RunAsync("config", "set", "disk_limit=0.5", "memory_limit=512MiB", "--cache", cache.CacheDir, "--agent", cache.Agent.Address);
        (set.ExitCode, set.Stderr).ShouldBe((0, ""));
        set.Stdout.ShouldBe($"{cache.CacheDir}: disk_limit off -> 0.5\n{cache.CacheDir}: memory_limit off -> 536870912\n");
        await Eventually.TrueAsync(async () => await cache.UsageAsync() <= 0.5, "the limit holds");
        (await Cli.RunAsync("config", "get", "--agent", cache.Agent.Address)).Stdout.ShouldBe(
            $"{cache.CacheDir}\n  disk_limit=0.5\n  disk_limit_check_interval=50ms\n  memory_limit=536870912\n  mem_limit_check_interval=1s\n  expired_resp_sweep_interval=off\n  outdated_lru_sweep_interval=off\n");

        cache.Configure("disk_limit: 0.3; disk_limit_check_interval: 50ms");
        cache.Agent.Process.Signal(Posix.SigHup);
        await Eventually.TrueAsync(async () => await cache.UsageAsync() <= 0.3, "the file's limit holds");
        await cache.Agent.Process.SaidAsync($"{cache.CacheDir}: disk_limit 0.5 -> 0.3; {cache.CacheDir}: memory_limit 536870912 -> off");
        cache.Agent.Log.ShouldNotContain("need a restart");
        (await cache.AskAsync(0)).ShouldBeOneOf("HIT", "MISS");
    }

    [Fact]
    public async Task What_else_has_changed_is_named_and_a_file_with_problems_changes_nothing()
    {
        await using var cache = await SmallCache.StartAsync("disk_limit: 0.9");
        cache.Configure("disk_limit: 0.8; hosts: [a.example.org]", "fence: 7s");
        cache.Agent.Process.Signal(Posix.SigHup);
        await cache.Agent.Process.SaidAsync("need a restart: caches, fence");
        cache.Agent.Log.ShouldContain("disk_limit 0.9 -> 0.8");

        cache.Configure("disk_limit: 1.5; memory_limit: 0.5");
        cache.Agent.Process.Signal(Posix.SigHup);
        await cache.Agent.Process.SaidAsync("nothing of it is used: ");
        cache.Agent.Log.ShouldContain("disk_limit '1.5' cannot be used. Write a fraction of the file system");
        (await Cli.RunAsync("config", "get", "--agent", cache.Agent.Address, "--json")).Stdout.ShouldContain("\"disk_limit\":\"0.8\"");

        (await cache.Agent.GetAsync("/readyz")).Status.ShouldBe(200);
        cache.Configure("disk_limit: 0.8; hosts: [a.example.org]", "fence: 7s");
        cache.Agent.Process.Signal(Posix.SigHup);
        await cache.Agent.Process.SaidAsync("the configuration was read again: no limit has changed");
        (await cache.Agent.Process.TerminateAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(2, "'disk_limit' is not KEY=VALUE", "disk_limit")]
    [InlineData(2, "'=0.5' is not KEY=VALUE", "=0.5")]
    [InlineData(2, "'disk_limit=' is not KEY=VALUE", "disk_limit=")]
    [InlineData(2, "'disk_limit' is given twice", "disk_limit=0.5", "disk_limit=0.6")]
    [InlineData(2, "disk_limit '2' cannot be used", "disk_limit=2")]
    [InlineData(2, "disk_limit '2' cannot be used", "memory_limit=0.5", "disk_limit=2")]
    [InlineData(2, "'disc_limit' is no limit. Did you mean 'disk_limit'?", "disc_limit=0.5")]
    [InlineData(2, "disk_limit 'a=b' cannot be used", "disk_limit=a=b")]
    [InlineData(2, "'/nowhere' is no cache of this agent", "disk_limit=0.5", "--cache", "/nowhere")]
    public async Task What_cannot_be_set_changes_nothing_and_is_told(int exit, string says, params string[] words)
    {
        using var folder = new TempFolder();
        await using var agent = await Contract.RunningAgent.StartAsync(folder, folder.Make("cache"));
        var set = await Cli.RunAsync(["config", "set", .. words, "--agent", agent.Address], null);
        (set.ExitCode, set.Stdout).ShouldBe((exit, ""));
        set.Stderr.ShouldContain(says);
        (await Cli.RunAsync("config", "get", "--agent", agent.Address)).Stdout.ShouldContain("  disk_limit=off\n  disk_limit_check_interval=1m\n  memory_limit=off\n");
    }

    [Fact]
    public async Task The_interface_refuses_what_is_no_order_of_a_command_line()
    {
        using var folder = new TempFolder();
        await using var agent = await Contract.RunningAgent.StartAsync(folder, folder.Make("cache"));
        foreach (var body in (string[])["", "{", "[]", "{}", "7", "{\"set\":{}}", "{\"set\":[]}", "{\"set\":{\"disk_limit\":\"0.5\"},\"more\":1}", "{\"cache\":7,\"set\":{\"disk_limit\":\"0.5\"}}", "{\"set\":{\"disk_limit\":null}}", "{\"set\":{\"disk_limit\":{}}}"])
            (await PostAsync(body)).Problem(400);
        (await PostAsync("{\"set\":{\"disk_limit\":\"0.5\"}}", "text/plain")).Problem(415);
        var good = await PostAsync("{\"set\":{\"disk_limit\":0.5}}", "application/json; charset=utf-8");
        good.Status.ShouldBe(200, good.Text);
        ((string?)good.Json["caches"]![0]!["changed"]![0]!["new"]).ShouldBe("0.5");
        (await agent.GetAsync("/v1/limits")).Json["caches"]![0]!["limits"]!["disk_limit"]!.ToString().ShouldBe("0.5");
        (await Cli.RunAsync("config", "set", "disk_limit=0.5", "--agent", agent.Address)).Stdout.ShouldBe($"{folder.Of("cache")}: nothing changed\n");
        (await Cli.RunAsync("config", "set", "disk_limit=0.5", "--agent", "http://127.0.0.1:1")).ExitCode.ShouldBe(3);

        Task<Contract.Reply> PostAsync(string body, string type = "application/json")
        {
            var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            return agent.SendAsync(new HttpRequestMessage(HttpMethod.Post, agent.Address + "/v1/limits") { Content = content });
        }
    }
}
