using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>
/// The site of somebody who runs varnish-towncrier: a Redis, and a Varnish with the VCL of its documentation. An nginx beside it
/// has a cache of the same origin. Commands are typed into a shell, in a folder of their own, with `towncrier` in the path.
/// </summary>
internal sealed class MigrationSite : IAsyncDisposable
{
    private const string Host = "www.example.org";

    /// <summary>Every page of the origin; those with "tagged" carry the tag article-42.</summary>
    public static readonly string[] Pages = ["/news/", "/news/42?page=2", "/news/7", "/tagged", "/other"];

    private readonly TempFolder _folder = new();
    private readonly Origin _origin;
    private readonly VarnishServer _varnish;
    private readonly NginxServer _nginx;
    private readonly HttpProbe _toVarnish;
    private readonly int _agentPort = FreePort.Next();
    private RunningAgent? _agent;

    private MigrationSite(RedisServer redis, Origin origin, VarnishServer varnish, NginxServer nginx)
        => (Redis, _origin, _varnish, _nginx, _toVarnish) = (redis, origin, varnish, nginx, new HttpProbe(varnish.Port));

    public RedisServer Redis { get; }

    public RunningAgent Agent => _agent.ShouldNotBeNull("the agent is not running");

    public static async Task<MigrationSite> StartAsync()
    {
        var redis = await RedisServer.StartAsync();
        var origin = Origin.Start(request => OriginReply.Text(
            "v" + request.Number, ("Cache-Control", "max-age=600"), ("xkey", request.Target == "/tagged" ? "article-42" : "another")));
        var site = new MigrationSite(redis, origin, await VarnishServer.StartAsync(VarnishVcl.Original(origin.Port)), await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port }));
        await File.WriteAllTextAsync(site._folder.Of("towncrier"), $"#!/bin/sh\nexec '{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}' '{TowncrierBinary.Dll}' \"$@\"\n");
        File.SetUnixFileMode(site._folder.Of("towncrier"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return site;
    }

    /// <summary>The page's text with this machine's ports and paths in the places of the page's.</summary>
    public string Here(string text) => text
        .Replace("127.0.0.1:6379", $"127.0.0.1:{Redis.Port}", StringComparison.Ordinal)
        .Replace("127.0.0.1:8080", $"127.0.0.1:{_varnish.Port}", StringComparison.Ordinal)
        .Replace("/var/cache/nginx/site", _nginx.CacheDir, StringComparison.Ordinal);

    public Task WriteAsync(string name, string yaml) => File.WriteAllTextAsync(_folder.Of(name), Here(yaml));

    /// <summary>Types a line and waits for its end.</summary>
    public async Task<CliResult> TypeAsync(string line, params (string Name, string Value)[] environment)
    {
        await using var shell = Start(line, environment);
        var exit = await shell.ExitAsync();
        return new CliResult(exit, shell.Stdout, shell.Stderr);
    }

    /// <summary>Types a line that starts the agent, ending the one before it, and waits until it is ready.</summary>
    public async Task StartAgentAsync(string line)
    {
        if (_agent is not null) await _agent.DisposeAsync();
        (string, string)[] elsewhere = [("TOWNCRIER_LISTEN", $"http://127.0.0.1:{_agentPort}"), ("TOWNCRIER_STATE", _folder.Of("state")), ("TOWNCRIER_FENCE", "0s")];
        _agent = RunningAgent.Of(await AgentProcess.ReadyAsync(Start("exec " + line, elsewhere), _agentPort), _agentPort);
    }

    /// <summary>Fills both caches, does something, and waits until exactly these pages come anew from each of them.</summary>
    public async Task RenewsAsync(Func<Task> act, bool nginx, params string[] expected)
    {
        HttpProbe[] caches = nginx ? [_toVarnish, _nginx.Probe] : [_toVarnish];
        foreach (var cache in caches)
            foreach (var page in Pages)
                await Eventually.TrueAsync(async () => await BodyAsync(cache, page) == await BodyAsync(cache, page), page + " is cached");
        if (nginx) await Agent.HoldsAsync(Pages.Length);
        var before = await BodiesAsync(caches);
        await act();
        foreach (var (i, cache) in caches.Index())
            foreach (var page in expected)
                await Eventually.TrueAsync(async () => await BodyAsync(cache, page) != before[i][page], $"{page} is new on {(i == 0 ? "Varnish" : "nginx")}");
        var after = await BodiesAsync(caches);
        foreach (var (i, bodies) in after.Index())
            bodies.Where(body => body.Value != before[i][body.Key]).Select(body => body.Key).ShouldBe(expected, i == 0 ? "Varnish" : "nginx");
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        _toVarnish.Dispose();
        await _nginx.DisposeAsync();
        await _varnish.DisposeAsync();
        await _origin.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Dispose();
    }

    private ChildProcess Start(string line, (string Name, string Value)[] environment)
    {
        var all = environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        all["PATH"] = _folder.Path + ":" + Environment.GetEnvironmentVariable("PATH");
        return ChildProcess.Start("sh", ["-c", $"cd '{_folder.Path}' && {Here(line)}"], all);
    }

    private static async Task<string> BodyAsync(HttpProbe cache, string page) => (await cache.GetAsync(page, Host)).Body;

    private static async Task<Dictionary<string, string>[]> BodiesAsync(HttpProbe[] caches)
    {
        var all = new List<Dictionary<string, string>>();
        foreach (var cache in caches)
        {
            var bodies = new Dictionary<string, string>();
            foreach (var page in Pages) bodies[page] = await BodyAsync(cache, page);
            all.Add(bodies);
        }

        return [.. all];
    }
}
