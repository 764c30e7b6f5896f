using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Samples;

/// <summary>samples/cms behind samples/nginx, a real Redis between them and a real agent: everything as an author's site would be.</summary>
internal sealed class CmsSite : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Eventually.Deadline };
    private readonly string _sends;
    private readonly RabbitServer? _rabbit;
    private readonly int _port = FreePort.Next();
    private ChildProcess _cms = null!;
    private NginxServer _nginx = null!;

    private CmsSite(RedisServer redis, RabbitServer? rabbit, string sends) => (Redis, _rabbit, _sends) = (redis, rabbit, sends);

    public RedisServer Redis { get; }

    public RunningAgent Agent { get; private set; } = null!;

    public string OutboxPath => _folder.Of("data", "outbox.jsonl");

    /// <param name="sends">"Stream=NAME" or "Channel=NAME", as the CMS is configured; "RabbitMq" has a broker of its own.</param>
    public static async Task<CmsSite> StartAsync(string sends = "Stream=towncrier")
    {
        var rabbit = sends == "RabbitMq" ? await RabbitServer.StartAsync() : null;
        var site = new CmsSite(await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always"), rabbit, rabbit is null ? sends : "RabbitMq=" + rabbit.Url);
        await site.StartCmsAsync();
        site._nginx = await NginxServer.StartAsync((port, cache) => SampleSite.Nginx(port, cache, site._port));
        var (agentPort, config) = (FreePort.Next(), site._folder.Of("towncrier.yaml"));
        await File.WriteAllTextAsync(config, SampleSite.Agent(agentPort, site._nginx.CacheDir, site._folder.Of("state"), site.Redis.Url, rabbit?.Url));
        site.Agent = RunningAgent.Of(await AgentProcess.StartAsync(agentPort, ["--config", config, "--log", "text"]), agentPort);
        return site;
    }

    /// <summary>Asks nginx as a visitor.</summary>
    public Task<ProbeReply> GetAsync(string path) => _nginx.Probe.GetAsync(path, SampleSite.Host);

    /// <summary>The cache status of each path, as "HIT /tags/a".</summary>
    public async Task<string[]> StatusesAsync(params string[] paths)
    {
        var found = new List<string>();
        foreach (var path in paths) found.Add((await GetAsync(path)).CacheStatus + " " + path);
        return [.. found];
    }

    /// <summary>Asks until all of them are answered out of the cache, and the agent knows each file.</summary>
    public async Task WarmAsync(params string[] paths)
    {
        foreach (var path in paths)
            await Eventually.TrueAsync(async () => (await GetAsync(path)).CacheStatus == "HIT", path + " is a hit");
        await Agent.HoldsAsync(CacheFiles.List(_nginx.CacheDir).Length);
    }

    /// <summary>PUT of the API, through nginx.</summary>
    public async Task<JsonNode> PutAsync(string slug, string title, string body, params string[] tags)
    {
        using var content = JsonContent.Create(new { title, body, tags });
        using var reply = await SendAsync(HttpMethod.Put, "/api/pages/" + slug, content);
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)reply.StatusCode).ShouldBe(200, text);
        return JsonNode.Parse(text)!;
    }

    public async Task<int> DeleteAsync(string slug)
    {
        using var reply = await SendAsync(HttpMethod.Delete, "/api/pages/" + slug, null);
        return (int)reply.StatusCode;
    }

    /// <summary>The edit form, as a browser sends it.</summary>
    public async Task<(int Status, string? Location)> PostFormAsync(string slug, string from, params (string, string)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        content.Headers.Add("Sec-Fetch-Site", from);
        using var reply = await SendAsync(HttpMethod.Post, "/edit/" + slug, content);
        return ((int)reply.StatusCode, reply.Headers.Location?.OriginalString);
    }

    /// <summary>Waits until the agent has applied all of the CMS' messages.</summary>
    public async Task HeardAsync()
    {
        await Eventually.TrueAsync(() => File.ReadAllLines(OutboxPath).Length == 0, "the outbox is empty");
        var source = _rabbit is null ? "redis:" + _sends.Split('=')[1] : "masstransit:towncrier-cms-" + Environment.MachineName;
        await Eventually.TrueAsync(
            async () => (await Agent.MetricsAsync()).Sum("towncrier_invalidations_total", ("source", source), ("result", "applied")) >= Sent, $"{Sent} messages are applied");
    }

    /// <summary>Messages the agent is to have applied; <see cref="HeardAsync"/> waits for them. Each save makes two.</summary>
    public int Sent { get; set; }

    /// <summary>kill -9, and a start on the same data.</summary>
    public async Task CrashCmsAsync()
    {
        _cms.Signal(Posix.SigKill);
        await _cms.ExitAsync();
        await _cms.DisposeAsync();
        await StartCmsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (Agent is not null) await Agent.DisposeAsync();
        if (_nginx is not null) await _nginx.DisposeAsync();
        await _cms.DisposeAsync();
        await Redis.DisposeAsync();
        if (_rabbit is not null) await _rabbit.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartCmsAsync()
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        _cms = ChildProcess.Start(dotnet,
        [
            Path.Combine(AppContext.BaseDirectory, "cms.dll"), "--urls", $"http://127.0.0.1:{_port}", "--contentRoot", _folder.Path, "--Cms:Data=" + _folder.Of("data"),
            "--Cms:Host=" + SampleSite.Host, "--Cms:Redis=" + Redis.Url, "--Cms:" + _sends,
        ]);
        using var probe = new HttpProbe(_port);
        await Eventually.TrueAsync(async () => _cms.HasExited || await AnswersAsync(probe), "the CMS answers");
        _cms.HasExited.ShouldBeFalse(_cms.Stderr + _cms.Stdout);
    }

    private static async Task<bool> AnswersAsync(HttpProbe probe)
    {
        try
        {
            return (await probe.GetAsync("/edit")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, $"http://127.0.0.1:{_nginx.Port}{path}") { Content = content };
        request.Headers.Host = SampleSite.Host;
        return _http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
