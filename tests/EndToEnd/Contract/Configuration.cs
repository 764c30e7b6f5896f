using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Assumptions;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Contract;

/// <summary>File, environment and flags together, as an operator has them, with the real binary.</summary>
public sealed class Configuration : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_with_everything_in_it_is_obeyed()
    {
        var (one, two) = (GoldenCache.Fill(_folder.Of("one")), _folder.Make("two"));
        new SyntheticEntry("http://backend|/page") { Headers = "X-My-Tags: mine\r\nCache-Tag: theirs\r\n" }.WriteTo(two);
        var port = FreePort.Next();
        var socket = _folder.Of("t.sock");
        var file = Write($$"""
            caches:
              - path: {{one}}
                key: "$scheme$host$request_uri"
              - path: {{two}}
                key: "$scheme://$proxy_host|$request_uri"
                hosts: [www.listed.org, other.listed.org]
                tags: [X-My-Tags]
            sources:
              - http: { listen: ["http://127.0.0.1:{{port}}", "unix:{{socket}}"] }
            state: {{_folder.Of("state")}}
            fence: 3s
            soft: { updating: 77s, error: 88s }
            log: json
            """);
        await using var agent = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", file]), port);
        var status = (await agent.GetAsync("/v1/status")).Json;
        ((double)status["fence_seconds"]!).ShouldBe(3);
        status["caches"]!.AsArray().Select(c => (string)c!["key"]!).ShouldBe(["$scheme$host$request_uri", "$scheme://$proxy_host|$request_uri"]);
        (await Cli.RunAsync("status", "--agent", "unix:" + socket)).ExitCode.ShouldBe(0);
        Directory.GetFiles(_folder.Of("state")).ShouldNotBeEmpty();

        // The list of tag headers is this cache's own.
        (await agent.GetAsync("/v1/entries?tag=mine")).Json["entries"]!.AsArray().Count.ShouldBe(1);
        (await agent.GetAsync("/v1/entries?tag=theirs")).Json["entries"]!.AsArray().Count.ShouldBe(0);

        // A soft purge writes the windows that the file asks for.
        ((int)(await agent.PostAsync("""{"command":"xkey.soft","value":["mine"]}""")).Json["purged"]!).ShouldBe(1);
        var inspected = JsonNode.Parse((await Cli.RunAsync("inspect", CacheFiles.List(two)[0], "--json")).Stdout)!;
        ((string)inspected["state"]!).ShouldBe("stale");
        ((long)inspected["updating_seconds"]!).ShouldBeInRange(77, 80); // nginx counts the window from the end of validity, which lies 2 s back
        ((long)inspected["error_seconds"]!).ShouldBeInRange(88, 91);

        foreach (var line in agent.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)) JsonNode.Parse(line)!["Message"].ShouldNotBeNull();
        agent.Process.Stdout.ShouldBeEmpty();
        (await agent.Process.TerminateAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("www.listed.org", 1, true)]
    [InlineData("www.listed.org", 1, false)]
    [InlineData("www.unlisted.org", 0, false)]
    [InlineData("WWW.LISTED.ORG", 1, true)]
    [InlineData("other.listed.org", 1, true)]
    [InlineData("*.listed.org", 1, true)]
    [InlineData("backend", 1, true)]
    [InlineData("www.unlisted.org", 0, true)]
    [InlineData("listed.org", 0, true)]
    public async Task Hosts_decide_where_the_key_has_the_upstreams_name(string host, int purged, bool named)
    {
        // Without a proxy_cache_key nginx writes "http://backend/page", which its manual calls $scheme$proxy_host$request_uri.
        var key = named ? "proxy_cache_key $scheme$proxy_host$request_uri;" : "";
        await using var origin = Origin.Start(_ => OriginReply.Text("page"));
        await using var nginx = await NginxServer.StartAsync((port, cache) => $$"""
            proxy_cache_path {{cache}} levels=1:2 keys_zone=z:1m use_temp_path=off;
            upstream backend { server 127.0.0.1:{{origin.Port}}; }
            server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://backend; proxy_cache z; {{key}} proxy_cache_valid 1h; } }
            """);
        (await nginx.Probe.GetAsync("/page", "www.listed.org")).Status.ShouldBe(200);
        await CacheFiles.WaitForAsync(nginx.CacheDir, 1);
        await using var agent = await RunningAgent.StartAsync(_folder, nginx.CacheDir, "--key", "$scheme$proxy_host$request_uri", "--host", "www.listed.org", "--host", "other.listed.org");
        var report = await agent.PostAsync($$"""{"command":"purge","host":"{{host}}","value":["/page"]}""");
        ((int)report.Json["purged"]!).ShouldBe(purged, report.Text);
    }

    [Fact]
    public async Task Flags_are_stronger_than_the_environment_and_that_than_the_file()
    {
        var cache = _folder.Make("cache");
        var file = Write($"caches: [{{path: {cache}, key: '$scheme$host$uri'}}]\nfence: 11s\nlog: json\nstate: {_folder.Of("file-state")}\n");
        async Task<JsonNode> EffectiveAsync(Dictionary<string, string> environment, params string[] flags)
        {
            await using var process = TowncrierBinary.Start(["config", "check", file, "--json", .. flags], environment);
            (await process.ExitAsync()).ShouldBe(0, process.Stderr);
            return JsonNode.Parse(process.Stdout)!;
        }

        ((string)(await EffectiveAsync([]))["fence"]!).ShouldBe("11s");
        ((string)(await EffectiveAsync(new() { ["TOWNCRIER_FENCE"] = "12s" }))["fence"]!).ShouldBe("12s");
        var strongest = await EffectiveAsync(new() { ["TOWNCRIER_STATE"] = _folder.Of("env-state") }, "--state", _folder.Of("flag-state"));
        ((string)strongest["state"]!).ShouldBe(_folder.Of("flag-state"));

        var port = FreePort.Next();
        var environment = new Dictionary<string, string> { ["TOWNCRIER_CACHE"] = cache, ["TOWNCRIER_FENCE"] = "12s", ["TOWNCRIER_LISTEN"] = $"http://127.0.0.1:{port}", ["TOWNCRIER_LOG"] = "text" };
        await using var agent = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", file, "--fence", "13s"], environment), port);
        ((double)(await agent.GetAsync("/v1/status")).Json["fence_seconds"]!).ShouldBe(13);
        agent.Log.ShouldNotContain("{\"Timestamp\"");
    }

    [Fact]
    public async Task Every_problem_of_a_file_is_told_at_once_with_its_line()
    {
        var file = Write("caches:\n  - path: relative\n    kei: x\nfence: soon\nsources:\n  - redis: {}\nmake_levels: true\n");
        foreach (var command in (string[][])[["config", "check", file], ["agent", "--config", file]])
        {
            var run = await Cli.RunAsync(command);
            run.ExitCode.ShouldBe(2);
            run.Stdout.ShouldBeEmpty();
            foreach (var place in (string[])[":2: ", ":3: ", ":4: ", ":6: ", ":7: "]) run.Stderr.ShouldContain(file + place);
            run.Stderr.ShouldEndWith("problems\n");
        }

        var json = await Cli.RunAsync("config", "check", file, "--json");
        json.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => JsonNode.Parse(line)!["where"] != null);
    }

    [Fact]
    public async Task The_key_is_read_from_nginx_where_it_is_left_out()
    {
        await using var rig = await Rig.CountingAsync(setup => setup with { Key = "$scheme|$host|$request_uri" });
        await rig.FillAsync("/page");
        // nginx -T prints the file it was built with; a shell in front of the real nginx names ours.
        var bin = _folder.Make("bin");
        var real = (Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Select(p => Path.Combine(p, "nginx"))).First(File.Exists);
        File.WriteAllText(Path.Combine(bin, "nginx"), $"#!/bin/sh\nexec {real} -c {rig.Nginx.ConfigPath} -p {Path.GetDirectoryName(rig.Nginx.ConfigPath)} \"$@\"\n");
        File.SetUnixFileMode(Path.Combine(bin, "nginx"), (UnixFileMode)0b111_101_101);
        var port = FreePort.Next();
        await using var agent = RunningAgent.Of(
            await AgentProcess.StartAsync(
                port, ["--cache", rig.CacheDir, "--listen", $"http://127.0.0.1:{port}", "--state", _folder.Of("s"), "--log", "text"],
                new Dictionary<string, string> { ["PATH"] = bin + ":" + Environment.GetEnvironmentVariable("PATH") }), port);
        ((string)(await agent.GetAsync("/v1/status")).Json["caches"]![0]!["key"]!).ShouldBe("$scheme|$host|$request_uri");
        ((int)(await agent.PostAsync("""{"command":"purge","host":"localhost","value":["/page"]}""")).Json["purged"]!).ShouldBe(1);
    }

    private string Write(string yaml)
    {
        var path = _folder.Of("towncrier.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }
}
