using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>A real agent whose source may not be reachable yet: it answers, and is not ready.</summary>
internal sealed class UnreadyAgent : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly ChildProcess _process;
    private readonly HttpProbe _probe;
    private string _said = "";

    private UnreadyAgent(TempFolder folder, ChildProcess process, int port) => (_folder, _process, _probe) = (folder, process, new HttpProbe(port));

    /// <summary>Starts it on a Redis, and waits until it answers at all.</summary>
    /// <param name="sources">What it reads there, as in its configuration.</param>
    public static Task<UnreadyAgent> StartAsync(string redis, string sources) => StartAsync($$"""redis: {url: "{{redis}}", {{sources}}}""", new Dictionary<string, string>());

    /// <summary>Starts it with one source beside HTTP, as in its configuration, and waits until it answers at all.</summary>
    public static async Task<UnreadyAgent> StartAsync(string source, IReadOnlyDictionary<string, string> environment)
    {
        var (folder, port) = (new TempFolder(), FreePort.Next());
        folder.Make("cache");
        await File.WriteAllTextAsync(folder.Of("towncrier.yaml"), $$"""
            caches: [{path: "{{folder.Of("cache")}}", key: "$scheme$host$request_uri"}]
            sources:
              - http: {listen: "http://127.0.0.1:{{port}}"}
              - {{source}}
            state: "{{folder.Of("state")}}"
            fence: 0s
            log: text
            """);
        var agent = new UnreadyAgent(folder, TowncrierBinary.Start(["agent", "--config", folder.Of("towncrier.yaml")], environment), port);
        await Eventually.TrueAsync(agent.AnswersAsync, "the agent answers");
        return agent;
    }

    /// <summary>A page in the cache; its path there.</summary>
    public string Page(string uri) => new SyntheticEntry($"httpwww.example.org{uri}").WriteTo(_folder.Of("cache"));

    public Task<ProbeReply> ReadyzAsync() => _probe.GetAsync("/readyz");

    /// <summary>It is not ready, says so in these words, and stays up.</summary>
    public async Task SaysAsync(string words)
    {
        await Eventually.TrueAsync(async () => await ReadyzAsync() is { Status: 503 } reply && Kept(reply.Body).Contains(words, StringComparison.Ordinal), $"/readyz says \"{words}\"");
        (await _probe.GetAsync("/healthz")).Status.ShouldBe(200);
        await LogsAsync(words);
    }

    public Task LogsAsync(string words) => Eventually.TrueAsync(() => _process.Stderr.Contains(words, StringComparison.Ordinal), $"the log says \"{words}\"");

    public Task BecomesReadyAsync() => Eventually.TrueAsync(async () => (await ReadyzAsync()).Status == 200, "the agent is ready by itself");

    /// <summary>Waits until so many channels and streams of Redis are connected.</summary>
    public Task ConnectedAsync(int count) => Eventually.TrueAsync(async () => await SumAsync("towncrier_source_connected") == count + 1, $"{count} are connected beside http");

    public async Task<double> SumAsync(string name) => PrometheusText.Parse((await _probe.GetAsync("/metrics")).Body).Sum(name);

    /// <summary>Neither in the log nor on any page.</summary>
    public void MustNotHaveSaid(params string[] secrets)
    {
        foreach (var secret in secrets) (_process.Stderr + _process.Stdout + _said).ShouldNotContain(secret);
    }

    public async ValueTask DisposeAsync()
    {
        _probe.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private string Kept(string body)
    {
        if (!_said.Contains(body, StringComparison.Ordinal)) _said += body;
        return body;
    }

    private async Task<bool> AnswersAsync()
    {
        _process.HasExited.ShouldBeFalse(_process.Stderr);
        try
        {
            return (await _probe.GetAsync("/healthz")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
