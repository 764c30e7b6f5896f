using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>Several agents on one Redis, each with a name, a cache and a state of its own, and a publisher's configuration.</summary>
internal sealed class RedisFleet : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, RunningAgent> _agents = [];
    private readonly string _more;

    private RedisFleet(RedisServer redis, string more) => (Redis, _more) = (redis, more);

    public RedisServer Redis { get; }

    public TempFolder Folder => _folder;

    /// <summary>What <c>publish</c> reads: two publishers, and where the receipts are.</summary>
    public string PublisherConfig => _folder.Of("publisher.yaml");

    /// <param name="more">Further lines of each agent's configuration; <c>{folder}</c> stands for a folder of the test.</param>
    public static async Task<RedisFleet> StartAsync(IReadOnlyList<string> names, string more = "")
    {
        var fleet = new RedisFleet(await RedisServer.StartAsync(), more);
        await File.WriteAllTextAsync(fleet.PublisherConfig, $$"""
            publishers:
              stream: {redis: {url: "{{fleet.Redis.Url}}", stream: towncrier} }
              channel: {redis: {url: "{{fleet.Redis.Url}}", channel: varnish.purge} }
            receipts: {redis: {url: "{{fleet.Redis.Url}}", stream: towncrier.receipts} }
            """);
        foreach (var name in names) await fleet.StartAgentAsync(name);
        return fleet;
    }

    public RunningAgent this[string name] => _agents[name];

    public string CacheOf(string name) => _folder.Of(name, "cache");

    public string Page(string name, string uri, string host = "www.example.org", string headers = "")
        => new SyntheticEntry($"http{host}{uri}") { Headers = headers }.WriteTo(Directory.CreateDirectory(CacheOf(name)).FullName);

    public async Task StartAgentAsync(string name)
    {
        Directory.CreateDirectory(CacheOf(name));
        var (port, config) = (FreePort.Next(), _folder.Of(name, "towncrier.yaml"));
        await File.WriteAllTextAsync(config, $$"""
            name: {{name}}
            caches: [{path: "{{CacheOf(name)}}", key: "$scheme$host$request_uri"}]
            sources:
              - http: {listen: "http://127.0.0.1:{{port}}"}
              - redis: {url: "{{Redis.Url}}", channels: [varnish.purge], stream: towncrier}
            receipts: {redis: {url: "{{Redis.Url}}", stream: towncrier.receipts} }
            state: "{{_folder.Of(name, "state")}}"
            fence: 0s
            log: text

            """ + "\n" + _more.Replace("{folder}", _folder.Path, StringComparison.Ordinal));
        _agents[name] = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", config]), port);
    }

    public async Task StopAgentAsync(string name)
    {
        await _agents[name].Process.TerminateAsync();
        await _agents[name].DisposeAsync();
        _agents.Remove(name);
    }

    /// <summary>Runs <c>towncrier publish</c> with this fleet's configuration.</summary>
    public Task<CliResult> PublishAsync(params string[] args) => Cli.RunAsync(["publish", .. args, "--config", PublisherConfig]);

    /// <summary>The same with --json, its one object parsed.</summary>
    public async Task<(int ExitCode, JsonNode Said, string Words)> PublishJsonAsync(params string[] args)
    {
        var run = await PublishAsync([.. args, "--json"]);
        run.Stdout.ShouldNotBeEmpty(run.Stderr);
        return (run.ExitCode, JsonNode.Parse(run.Stdout)!, run.Stderr);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents.Values) await agent.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Dispose();
    }
}
