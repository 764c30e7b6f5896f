using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet.Aws;

/// <summary>
/// Several agents on one topic, each with a queue of its own, a cache and a state; a publisher's configuration; and a
/// queue for receipts. SNS and SQS are an emulator's, or what stands in front of it.
/// </summary>
internal sealed class AwsFleet : IAsyncDisposable
{
    public const string Topic = "towncrier-www";
    public const string Receipts = "towncrier-www-receipts";

    /// <summary>Keys that are nobody's: the emulator takes any.</summary>
    public static readonly IReadOnlyDictionary<string, string> Login = new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, RunningAgent> _agents = [];

    private AwsFleet(FauxqsServer aws, Uri endpoint) => (Aws, Endpoint) = (aws, endpoint);

    public FauxqsServer Aws { get; }

    /// <summary>Where agents and publishers call: the emulator, or a proxy before it.</summary>
    public Uri Endpoint { get; }

    public static string TopicArn => AwsTalk.TopicArn(Topic);

    /// <summary>More settings of each agent's source, such as <c>, on_gap: expire</c>.</summary>
    public string Source { get; init; } = "";

    /// <summary>Further lines of each agent's configuration.</summary>
    public string More { get; set; } = "";

    public string Queue { get; init; } = "auto";

    public TempFolder Folder => _folder;

    /// <summary>What <c>publish</c> and <c>fleet</c> read.</summary>
    public string PublisherConfig => _folder.Of("publisher.yaml");

    public RunningAgent this[string name] => _agents[name];

    public static string QueueOf(string name) => $"towncrier-www-{name}";

    public static string LabelOf(string name) => "aws:" + QueueOf(name);

    /// <summary>The emulator runs, with the topic and the receipts' queue; no agent does yet.</summary>
    /// <param name="before">What stands before the emulator, started with its address; null: nothing.</param>
    public static async Task<AwsFleet> StartAsync(Func<FauxqsServer, Uri>? before = null, string source = "", string more = "", string queue = "auto")
    {
        var aws = await FauxqsServer.StartAsync();
        var fleet = new AwsFleet(aws, before?.Invoke(aws) ?? aws.Url) { Source = source, More = more, Queue = queue };
        await aws.Talk.CreateTopicAsync(Topic);
        await aws.Talk.CreateQueueAsync(Receipts);
        await File.WriteAllTextAsync(fleet.PublisherConfig, $$"""
            sources: [{aws: {region: {{FauxqsServer.Region}}, topic: "{{TopicArn}}", queue: auto, fleet: www, endpoint: "{{fleet.Endpoint}}"} }]
            publishers: {bus: {aws: {region: {{FauxqsServer.Region}}, topic: "{{TopicArn}}", endpoint: "{{fleet.Endpoint}}"} } }
            receipts: {aws: {region: {{FauxqsServer.Region}}, queue: {{Receipts}}, endpoint: "{{fleet.Endpoint}}"} }
            """);
        return fleet;
    }

    /// <summary>Writes the agent's configuration, and nothing else; returns its file and port.</summary>
    public async Task<(string Config, int Port)> ConfigureAsync(string name)
    {
        Directory.CreateDirectory(CacheOf(name));
        var (port, config) = (FreePort.Next(), _folder.Of(name, "towncrier.yaml"));
        await File.WriteAllTextAsync(config, $$"""
            name: {{name}}
            caches: [{path: "{{CacheOf(name)}}", key: "$scheme$host$request_uri"}]
            sources:
              - http: {listen: "http://127.0.0.1:{{port}}"}
              - aws: {region: {{FauxqsServer.Region}}, topic: "{{TopicArn}}", queue: {{Queue}}, fleet: www, endpoint: "{{Endpoint}}"{{Source}}}
            receipts: {aws: {region: {{FauxqsServer.Region}}, queue: {{Receipts}}, endpoint: "{{Endpoint}}"} }
            state: "{{_folder.Of(name, "state")}}"
            fence: 0s
            log: text

            """ + "\n" + More);
        return (config, port);
    }

    public async Task StartAgentAsync(string name)
    {
        var (config, port) = await ConfigureAsync(name);
        _agents[name] = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", config], Login), port);
    }

    public async Task KillAgentAsync(string name)
    {
        await _agents[name].Process.KillHardAsync();
        await ForgetAsync(name);
    }

    public async Task StopAgentAsync(string name)
    {
        await _agents[name].Process.TerminateAsync();
        await ForgetAsync(name);
    }

    public string CacheOf(string name) => _folder.Of(name, "cache");

    public string Page(string name, string uri, string headers = "")
        => new SyntheticEntry($"httpwww.example.org{uri}") { Headers = headers }.WriteTo(Directory.CreateDirectory(CacheOf(name)).FullName);

    public static string PurgeOf(string uri) => $$"""{"command":"purge","host":"www.example.org","value":["{{uri}}"]}""";

    /// <summary>Runs the command line with this fleet's keys and configuration.</summary>
    public Task<CliResult> RunAsync(params string[] args) => Cli.RunAsync([.. args, "--config", PublisherConfig], Login);

    public async Task<(int ExitCode, JsonNode Said, string Words)> PublishJsonAsync(params string[] args)
    {
        var run = await RunAsync(["publish", .. args, "--json"]);
        run.Stdout.ShouldNotBeEmpty(run.Stderr);
        return (run.ExitCode, JsonNode.Parse(run.Stdout)!, run.Stderr);
    }

    public async Task<double> SumAsync(string name, string metric, params (string, string)[] labels) => (await this[name].MetricsAsync()).Sum(metric, labels);

    /// <summary>Waits until so many messages were applied by an agent.</summary>
    public Task AppliedAsync(string name, int count) => Eventually.TrueAsync(
        async () => await SumAsync(name, "towncrier_invalidations_total", ("source", LabelOf(name)), ("result", "applied")) >= count, $"{count} messages applied by {name}");

    public Task GapsAsync(string name, int count) => Eventually.TrueAsync(
        async () => await SumAsync(name, "towncrier_gaps_total", ("source", LabelOf(name))) == count, $"{count} gaps of {name} counted");

    public static Task GoneAsync(IEnumerable<string> files) => Eventually.TrueAsync(() => files.All(file => !File.Exists(file)), "the pages are gone");

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents.Values) await agent.DisposeAsync();
        await Aws.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ForgetAsync(string name)
    {
        await _agents[name].DisposeAsync();
        _agents.Remove(name);
    }
}
