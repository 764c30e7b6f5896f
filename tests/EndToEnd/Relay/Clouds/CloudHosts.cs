using System.Text;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Fleet.Aws;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Relay.Clouds;

/// <summary>Cache hosts of several places: one nginx with a cache and a port for each, and an agent beside each cache.</summary>
internal sealed class CloudHosts : IAsyncDisposable
{
    public const string Site = "www.example.org";

    private readonly TempFolder _folder = new();
    private readonly Origin _origin = Origin.Start(_ => OriginReply.Text("page", ("Cache-Control", "max-age=3600")));
    private readonly List<(RunningAgent Agent, HttpProbe Cache)> _hosts = [];
    private NginxServer? _nginx;

    /// <summary>Starts <paramref name="each"/> hosts in each place, and returns when all are ready.</summary>
    public static async Task<CloudHosts> StartAsync(IEnumerable<Cloud> clouds, int each)
    {
        var hosts = new CloudHosts();
        List<(Cloud Cloud, int Number, int Port)> plan = [.. clouds.SelectMany(cloud => Enumerable.Range(0, each).Select(number => (cloud, number, FreePort.Next())))];
        hosts._nginx = await NginxServer.StartAsync((port, _) => $"server {{ listen 127.0.0.1:{port}; return 204; }}\n" + hosts.Caches(plan.Select(host => (hosts.CacheOf(host.Cloud, host.Number), host.Port))));
        foreach (var batch in plan.Chunk(3)) await Task.WhenAll(batch.Select(host => hosts.AddAsync(host.Cloud, host.Number, host.Port)));
        return hosts;
    }

    /// <summary>Fetches the pages through every cache, twice: then each has them.</summary>
    public async Task FillAsync(IReadOnlyList<string> uris)
    {
        foreach (var (_, cache) in _hosts)
        {
            foreach (var uri in uris) await cache.GetAsync(uri, Site);
            (await cache.GetAsync(uris[^1], Site)).CacheStatus.ShouldBe("HIT");
        }
    }

    /// <summary>Waits until every agent has applied so many different messages. Asks once a second: they have other things to do.</summary>
    public async Task AppliedAsync(int count)
    {
        var deadline = DateTimeOffset.UtcNow.AddMinutes(4);
        while (true)
        {
            var sums = await Task.WhenAll(_hosts.Select(host => SumAsync(host.Agent, "applied")));
            if (sums.All(sum => sum >= count)) return;
            if (DateTimeOffset.UtcNow > deadline) throw new TimeoutException($"of {count} messages the hosts applied {string.Join(", ", sums)}");
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Nobody applied more than that.</summary>
    public async Task ExactlyAsync(int count)
    {
        foreach (var (agent, _) in _hosts) (await SumAsync(agent, "applied")).ShouldBe(count);
    }

    /// <summary>All that arrived at the agents, repetitions too.</summary>
    public async Task<double> ArrivedAsync() => (await Task.WhenAll(_hosts.Select(host => SumAsync(host.Agent, null)))).Sum();

    /// <summary>None of the pages is served from any cache.</summary>
    public async Task GoneAsync(IReadOnlyList<string> uris)
    {
        foreach (var (_, cache) in _hosts)
            foreach (var uri in uris) (await cache.GetAsync(uri, Site)).CacheStatus.ShouldBe("MISS");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (agent, cache) in _hosts)
        {
            cache.Dispose();
            await agent.DisposeAsync();
        }

        if (_nginx is not null) await _nginx.DisposeAsync();
        await _origin.DisposeAsync();
        _folder.Dispose();
    }

    private async Task AddAsync(Cloud cloud, int number, int cachePort)
    {
        var (name, port) = ($"{cloud.Name}-{number}", FreePort.Next());
        var cache = CacheOf(cloud, number);
        await File.WriteAllTextAsync(_folder.Of(name + ".yaml"), $$"""
            name: {{name}}
            caches: [{path: "{{cache}}", key: "$scheme$host$request_uri"}]
            sources:
              - http: {listen: "http://127.0.0.1:{{port}}"}
              - {{cloud.Source}}
            state: "{{_folder.Of("state-" + name)}}"
            fence: 0s
            log: text
            """);
        var agent = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", _folder.Of(name + ".yaml")], AwsFleet.Login), port);
        lock (_hosts) _hosts.Add((agent, new HttpProbe(cachePort)));
    }

    private string CacheOf(Cloud cloud, int number) => _folder.Of($"cache-{cloud.Name}-{number}");

    private string Caches(IEnumerable<(string Directory, int Port)> caches)
    {
        var text = new StringBuilder();
        foreach (var (number, (directory, port)) in caches.Index())
        {
            text.AppendLine($$"""
                proxy_cache_path {{directory}} levels=1:2 keys_zone=z{{number}}:1m use_temp_path=off inactive=1h;
                server {
                    listen 127.0.0.1:{{port}};
                    location / {
                        proxy_pass http://127.0.0.1:{{_origin.Port}};
                        proxy_set_header Host $host;
                        proxy_cache z{{number}};
                        proxy_cache_key "$scheme$host$request_uri";
                        add_header X-Cache-Status $upstream_cache_status always;
                    }
                }
                """);
        }

        return text.ToString();
    }

    private static async Task<double> SumAsync(RunningAgent agent, string? result)
        => (await agent.MetricsAsync()).Sum("towncrier_invalidations_total", result is null ? [] : [("result", result)]);
}
