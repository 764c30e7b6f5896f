using System.Diagnostics;
using System.Globalization;
using System.Net;
using Towncrier.Peers;

namespace Towncrier.Benchmarks;

/// <summary>The real agent in a process of its own, reading a Redis over one flat cache directory.</summary>
internal sealed class RedisAgent : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private RedisAgent(ChildProcess process) => _process = process;

    public static async Task<RedisAgent> StartAsync(RedisServer redis, string cache, string state)
    {
        var port = FreePort.Next();
        var config = redis.Folder.Of("towncrier.yaml");
        await File.WriteAllTextAsync(config, $$"""
            caches: [{path: "{{cache}}", key: "$scheme$host$request_uri"}]
            sources:
              - http: {listen: "http://127.0.0.1:{{port}}"}
              - redis: {url: "{{redis.Url}}", channels: [varnish.purge], stream: towncrier}
            state: "{{state}}"
            """);
        var agent = new RedisAgent(ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "towncrier.dll"), "agent", "--config", config]));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var began = Stopwatch.GetTimestamp();
        while (!await ReadyAsync(http, port))
        {
            if (agent._process.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60)) throw new InvalidOperationException("the agent is not ready: " + agent._process.Stderr);
            await Task.Delay(20);
        }

        return agent;
    }

    /// <summary>Resident memory in MB: now, and the most it ever was.</summary>
    public (double Now, double Peak) Resident()
    {
        var status = File.ReadAllLines($"/proc/{_process.Id}/status");
        double Of(string name) => double.Parse(status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
        return (Of("VmRSS:"), Of("VmHWM:"));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> ReadyAsync(HttpClient http, int port)
    {
        try
        {
            return (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"))).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
