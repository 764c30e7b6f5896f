using Towncrier.EndToEnd.Contract;

namespace Towncrier.EndToEnd.Warming;

/// <summary>A real agent that warms others and is warmed, over a cache directory, with a real Redis between them.</summary>
internal sealed class WarmHost : IAsyncDisposable
{
    public const string Token = "a-token-of-the-tests";
    public const string Site = "www.example.org";
    public const string Channel = "towncrier.warm";

    private readonly TempFolder _folder;

    private WarmHost(TempFolder folder, RunningAgent agent, string cacheDir) => (_folder, Agent, CacheDir) = (folder, agent, cacheDir);

    public RunningAgent Agent { get; }

    public string CacheDir { get; }

    /// <summary>Runs it, and returns once it is ready.</summary>
    /// <param name="cacheDir">Null for one of its own, which is empty.</param>
    /// <param name="warm">More lines of <c>warm:</c>, separated by semicolons. Without a pid no nginx is ever seen.</param>
    /// <param name="hosts">Of the cache; null leaves them to nginx's configuration.</param>
    /// <param name="seen">Where it is to see another machine than this one.</param>
    public static async Task<WarmHost> StartAsync(RedisServer redis, string? cacheDir = null, string warm = "", string token = Token, string? admin = null, string? hosts = Site, Seen? seen = null)
    {
        var folder = new TempFolder();
        var port = FreePort.Next();
        var cache = cacheDir ?? folder.Make("cache");
        await File.WriteAllTextAsync(folder.Of("warm.token"), token);
        if (admin is not null) await File.WriteAllTextAsync(folder.Of("admin.token"), admin);
        var listen = $"listen: \"http://127.0.0.1:{port}\"" + (admin is null ? "" : $", token_file: {folder.Of("admin.token")}");
        var pid = warm.Contains("pid:", StringComparison.Ordinal) ? "" : $"pid: {folder.Of("none.pid")};";
        var more = string.Concat((pid + warm).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line.Trim()}\n"));
        await File.WriteAllTextAsync(folder.Of("towncrier.yaml"), $$"""
            name: host-{{port}}
            caches: [{path: "{{cache}}", key: "$scheme$host$request_uri"{{(hosts is null ? "" : $", hosts: [{hosts}]")}}}]
            sources:
              - http: { {{listen}} }
              - redis: {url: "{{redis.Url}}", channels: [varnish.purge]}
            warm:
              address: http://127.0.0.1:{{port}}/
              token_file: {{folder.Of("warm.token")}}
              source: {redis: {url: "{{redis.Url}}", channels: ["{{Channel}}"]} }
              publisher: {redis: {url: "{{redis.Url}}", channel: "{{Channel}}"} }
            {{more}}
            state: "{{folder.Of("state")}}"
            fence: 1s
            log: text
            """);
        return new WarmHost(folder, RunningAgent.Of(await (seen ?? new Seen()).StartAsync(port, ["--config", folder.Of("towncrier.yaml")]), port), cache);
    }

    /// <summary>Waits until it says that the warm-up is over, and returns that line.</summary>
    public async Task<string> WarmedAsync()
    {
        string? Line() => Agent.Log.Split('\n').FirstOrDefault(line => line.Contains("] warmed ", StringComparison.Ordinal) || line.Contains(" warmed ", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => Line() is not null, "the warm-up ends: " + Agent.Log, TimeSpan.FromSeconds(60));
        return Line()!;
    }

    public async Task<double> CountAsync(string result) => (await Agent.MetricsAsync()).Sum("towncrier_warm_objects_total", ("result", result));

    public Task CountedAsync(string result, int count) => Eventually.TrueAsync(async () => await CountAsync(result) == count, $"{count} {result}", TimeSpan.FromSeconds(60));

    /// <summary>Asks for objects with this token.</summary>
    public async Task<Reply> AskAsync(string path, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Agent.Address + "/v1/" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token).ShouldBeTrue();
        return await Agent.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        _folder.Dispose();
    }
}
