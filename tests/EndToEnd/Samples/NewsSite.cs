using System.Text.Json;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Samples;

/// <summary>samples/output-cache as it is deployed: two nodes with a disk each, nginx with a cache of its own before both, its agent, and a real Redis.</summary>
internal sealed class NewsSite : IAsyncDisposable
{
    public const string Host = "news.example.org";

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Eventually.Deadline };
    private readonly Dictionary<string, (ChildProcess Process, HttpProbe Probe, int Port)> _nodes = [];
    private NginxServer _nginx = null!;

    private NewsSite(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public RunningAgent Agent { get; private set; } = null!;

    /// <summary>Everyone who may have a page: both nodes and nginx.</summary>
    public static IReadOnlyList<string> Everyone { get; } = ["a", "b", "nginx"];

    public static async Task<NewsSite> StartAsync()
    {
        var site = new NewsSite(await RedisServer.StartAsync());
        site._folder.Make("articles");
        foreach (var name in (string[])["a", "b"]) await site.StartNodeAsync(name, FreePort.Next());
        site._nginx = await NginxServer.StartAsync((port, cache) => SampleSite.Put(Text("site.conf"), ("/var/cache/nginx/news", cache), ("listen 80;", $"listen 127.0.0.1:{port};"),
            ("127.0.0.1:5001", $"127.0.0.1:{site._nodes["a"].Port}"), ("127.0.0.1:5002", $"127.0.0.1:{site._nodes["b"].Port}")));
        var port = FreePort.Next();
        await File.WriteAllTextAsync(site._folder.Of("towncrier.yaml"), SampleSite.Put(Text("towncrier.yaml"), ("/var/cache/nginx/news", site._nginx.CacheDir),
            ("127.0.0.1:8471", $"127.0.0.1:{port}"), ("redis://127.0.0.1:6379/0", site.Redis.Url), ("/var/lib/towncrier/news", site._folder.Of("agent"))));
        site.Agent = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", site._folder.Of("towncrier.yaml"), "--log", "text"]), port);
        return site;
    }

    /// <summary>The page as somebody serves it, and whether from a cache.</summary>
    public async Task<(string Body, bool IsHit)> GetAsync(string from, string path)
    {
        var reply = await (from == "nginx" ? _nginx.Probe : _nodes[from].Probe).GetAsync(path, Host);
        return (reply.Body, from == "nginx" ? reply.CacheStatus == "HIT" : reply.Headers.ContainsKey("Age"));
    }

    /// <summary>Asks until everybody serves each page from a cache, and the agent knows nginx's.</summary>
    public async Task WarmAsync(params string[] paths)
    {
        foreach (var path in paths)
            foreach (var from in Everyone) await Eventually.TrueAsync(async () => (await GetAsync(from, path)).IsHit, $"{path} is a hit of {from}");
        await Agent.HoldsAsync(CacheFiles.List(_nginx.CacheDir).Length);
    }

    /// <summary>Waits until everybody serves a page with this text.</summary>
    public async Task ShowsAsync(string path, string text)
    {
        foreach (var from in Everyone) await Eventually.TrueAsync(async () => (await GetAsync(from, path)).Body.Contains(text, StringComparison.Ordinal), $"{from} shows '{text}' at {path}");
    }

    /// <summary>The form of a node, as a browser sends it.</summary>
    public async Task<int> PublishAsync(string node, string slug, string title)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("title", title), KeyValuePair.Create("text", "text of " + slug)]);
        using var reply = await _http.PostAsync(new Uri($"http://127.0.0.1:{_nodes[node].Port}/publish/{slug}"), form, TestContext.Current.CancellationToken);
        return (int)reply.StatusCode;
    }

    /// <summary>Changes an article behind everybody's back.</summary>
    public void Write(string slug, string title) => File.WriteAllText(_folder.Of("articles", slug + ".json"), JsonSerializer.Serialize(new { Slug = slug, Title = title, Text = "x" }));

    public Task<string> MetricsAsync(string node) => _http.GetStringAsync(new Uri($"http://127.0.0.1:{_nodes[node].Port}/towncrier/metrics"), TestContext.Current.CancellationToken);

    /// <summary>kill -9.</summary>
    public async Task KillAsync(string node)
    {
        var (process, probe, _) = _nodes[node];
        process.Signal(Posix.SigKill);
        await process.ExitAsync();
        await process.DisposeAsync();
        probe.Dispose();
    }

    /// <summary>Starts it again on its directory and its port.</summary>
    public Task RestartAsync(string node) => StartNodeAsync(node, _nodes[node].Port);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (Agent is not null) await Agent.DisposeAsync();
        if (_nginx is not null) await _nginx.DisposeAsync();
        foreach (var (process, probe, _) in _nodes.Values)
        {
            await process.DisposeAsync();
            probe.Dispose();
        }

        await Redis.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartNodeAsync(string name, int port)
    {
        var process = ChildProcess.Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "news.dll"), "--urls", $"http://127.0.0.1:{port}", "--contentRoot", _folder.Path, "--News:Data=" + _folder.Of("articles"),
            "--News:Redis=" + Redis.Url, "--Towncrier:OutputCache:Directory=" + _folder.Of("cache-" + name), "--Towncrier:OutputCache:Name=node-" + name,
        ]);
        var probe = new HttpProbe(port);
        _nodes[name] = (process, probe, port);
        await Eventually.TrueAsync(async () => process.HasExited || await IsReadyAsync(probe), $"node {name} is ready");
        process.HasExited.ShouldBeFalse(process.Stderr + process.Stdout);
    }

    private static async Task<bool> IsReadyAsync(HttpProbe probe)
    {
        try
        {
            return (await probe.GetAsync("/ready")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Text(string name) => File.ReadAllText(RepositoryFolder.Of("samples", "output-cache", name));
}
