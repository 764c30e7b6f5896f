using System.Diagnostics;
using System.Globalization;
using System.Net;
using Towncrier.Peers;

namespace Towncrier.Benchmarks;

/// <summary>The real agent in a process of its own, reading one broker over one flat cache directory; or a relay.</summary>
internal sealed class BenchAgent : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly int _port;

    private BenchAgent(ChildProcess process, int port) => (_process, _port) = (process, port);

    /// <param name="source">The broker, as an item of <c>sources</c>.</param>
    /// <param name="folder">For its configuration and its state.</param>
    public static Task<BenchAgent> StartAsync(string source, string cache, string folder, IReadOnlyDictionary<string, string>? environment = null) => LaunchAsync(
        "agent",
        $$"""
        caches: [{path: "{{cache}}", key: "$scheme$host$request_uri"}]
        sources:
          - {{source}}
        """,
        folder, environment);

    /// <summary>A relay instead, by the settings of its file.</summary>
    public static Task<BenchAgent> StartRelayAsync(string settings, string folder) => LaunchAsync("relay", settings, folder, null);

    private static async Task<BenchAgent> LaunchAsync(string command, string settings, string folder, IReadOnlyDictionary<string, string>? environment)
    {
        var (port, config) = (FreePort.Next(), Path.Combine(folder, "towncrier.yaml"));
        await File.WriteAllTextAsync(config, settings);
        string[] args = [Path.Combine(AppContext.BaseDirectory, "towncrier.dll"), command, "--config", config, "--state", Path.Combine(folder, "state"), "--listen", $"http://127.0.0.1:{port}"];
        var agent = new BenchAgent(ChildProcess.Start("dotnet", args, environment), port);
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

    /// <summary>The sum of a counter's samples with a text in their labels.</summary>
    public async Task<double> SumAsync(string metric, string label)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/metrics"));
        return page.Split('\n').Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
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
