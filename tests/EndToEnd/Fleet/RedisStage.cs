using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>A real Redis, and a real agent that reads it, over a cache directory of synthetic entries.</summary>
internal sealed class RedisStage : IAsyncDisposable
{
    public const string Channel = "varnish.purge";
    public const string Stream = "towncrier";

    private readonly TempFolder _folder = new();
    private readonly string _onGap;
    private RunningAgent? _agent;

    private RedisStage(RedisServer redis, string onGap) => (Redis, _onGap) = (redis, onGap);

    public RedisServer Redis { get; }

    public string CacheDir => _folder.Of("cache");

    public RunningAgent Agent => _agent.ShouldNotBeNull("the agent is not running");

    /// <summary>Both run, and the agent is ready: subscribed, and at the stream's end.</summary>
    /// <param name="sources">"channel", "stream" or both.</param>
    public static async Task<RedisStage> StartAsync(string sources, string onGap = "warn", params string[] redisOptions)
    {
        var stage = new RedisStage(await RedisServer.StartAsync(redisOptions), onGap);
        Directory.CreateDirectory(stage.CacheDir);
        stage.Sources = string.Join(", ", ((string[])[sources.Contains("channel", StringComparison.Ordinal) ? $"channels: [{Channel}]" : "", sources.Contains("stream", StringComparison.Ordinal) ? $"stream: {Stream}" : ""]).Where(part => part.Length > 0));
        await stage.StartAgentAsync();
        return stage;
    }

    public string Sources { get; private set; } = "";

    /// <summary>Starts the agent, again on the state it had.</summary>
    public async Task StartAgentAsync()
    {
        var port = FreePort.Next();
        await File.WriteAllTextAsync(_folder.Of("towncrier.yaml"), $$"""
            caches: [{path: "{{CacheDir}}", key: "$scheme$host$request_uri"}]
            sources:
              - http: {listen: "http://127.0.0.1:{{port}}"}
              - redis: {url: "{{Redis.Url}}", {{Sources}}, on_gap: {{_onGap}}}
            state: "{{_folder.Of("state")}}"
            fence: 0s
            log: text
            """);
        _agent = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", _folder.Of("towncrier.yaml")]), port);
    }

    public async Task KillAgentAsync()
    {
        await Agent.Process.KillHardAsync();
        await Agent.DisposeAsync();
        _agent = null;
    }

    /// <summary>A page in the cache; its path there.</summary>
    public string Page(string uri, string host = "www.example.org")
        => new SyntheticEntry($"http{host}{uri}").WriteTo(CacheDir);

    public static string PurgeOf(string uri, string more = "") => $$"""{"command":"purge","host":"www.example.org","value":["{{uri}}"]{{more}}}""";

    public async Task<double> SumAsync(string name, params (string, string)[] labels) => (await Agent.MetricsAsync()).Sum(name, labels);

    /// <summary>Waits until so many messages of a source were applied.</summary>
    public Task AppliedAsync(string source, int count) => Eventually.TrueAsync(
        async () => await SumAsync("towncrier_invalidations_total", ("source", "redis:" + source), ("result", "applied")) >= count, $"{count} messages of {source} applied");

    public Task GapsAsync(string source, int count) => Eventually.TrueAsync(
        async () => await SumAsync("towncrier_gaps_total", ("source", "redis:" + source)) == count, $"{count} gaps of {source} counted");

    public Task ConnectedAsync(string source, bool connected) => Eventually.TrueAsync(
        async () => await SumAsync("towncrier_source_connected", ("source", "redis:" + source)) == (connected ? 1 : 0), $"{source} is {(connected ? "" : "not ")}connected");

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Dispose();
    }
}
