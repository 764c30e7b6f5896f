using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>What a promise is played on, as far as it departs from the plainest.</summary>
internal sealed record Play
{
    public Func<NginxSetup, NginxSetup> Nginx { get; init; } = setup => setup;

    public UpstreamKind Kind { get; init; } = UpstreamKind.Proxy;

    public string Fence { get; init; } = "10s";

    /// <summary>The agent's configuration file; none when empty.</summary>
    public string Config { get; init; } = "";

    /// <summary>The cache directory on the disk of the system's temporary folder, and not in memory, where files are made fast.</summary>
    public bool OnDisk { get; init; }

    /// <summary>The size of nginx's keys_zone; 1m holds about 8,000 keys.</summary>
    public string Zone { get; init; } = "1m";
}

/// <summary>A real origin, a real nginx in front of it, and the real agent beside its cache.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MemoryFolder? _memory;
    private readonly Play _play;
    private AgentProcess? _agent;

    private Stage(Origin origin, NginxServer nginx, MemoryFolder? memory, Play play) =>
        (Origin, Nginx, _memory, _play) = (origin, nginx, memory, play);

    public Origin Origin { get; }

    public NginxServer Nginx { get; }

    public string CacheDir => Nginx.CacheDir;

    /// <summary>The agent's port; another one after each start, so that nothing of the old process can answer.</summary>
    public int AgentPort { get; private set; }

    public AgentDoor Agent { get; private set; } = new(0);

    public AgentProcess Process => _agent.ShouldNotBeNull("the agent is not running");

    /// <summary>Everything runs and the agent is ready.</summary>
    public static async Task<Stage> StartAsync(Func<OriginRequest, OriginReply> handler, Play? play = null)
    {
        var stage = await WithoutAgentAsync(handler, play);
        await stage.StartAgentAsync();
        return stage;
    }

    /// <inheritdoc cref="StartAsync"/>
    public static async Task<Stage> WithoutAgentAsync(Func<OriginRequest, OriginReply> handler, Play? play = null)
    {
        play ??= new Play();
        var origin = Origin.Start(handler, play.Kind);
        var setup = play.Nginx(new NginxSetup { OriginPort = origin.Port, Kind = play.Kind });
        var memory = play.OnDisk ? null : new MemoryFolder();
        var nginx = await NginxServer.StartAsync(
            (port, cacheDir) => setup.Render(port, cacheDir).Replace("keys_zone=zone:1m", "keys_zone=zone:" + play.Zone, StringComparison.Ordinal),
            memory?.Of("cache"));
        return new Stage(origin, nginx, memory, play);
    }

    /// <summary>An origin whose nth answer to a target has the body "v" + n, with <paramref name="headers"/>.</summary>
    public static Task<Stage> CountingAsync(Play? play = null, params (string, string)[] headers) =>
        StartAsync(request => OriginReply.Text("v" + request.Number, headers), play);

    /// <summary>Starts the agent, again on the state it had, and waits until it is ready.</summary>
    public async Task StartAgentAsync() => _agent = await AgentProcess.StartAsync(NewPort(), AgentArguments());

    /// <summary>Starts the agent without waiting for anything; the caller ends it.</summary>
    public ChildProcess LaunchAgent()
    {
        NewPort();
        return TowncrierBinary.Start(["agent", .. AgentArguments()]);
    }

    /// <summary>Removes what the agent kept; it must not run.</summary>
    public void ForgetState() => Directory.Delete(_folder.Of("state"), recursive: true);

    /// <summary>kill -9.</summary>
    public async Task KillAgentAsync()
    {
        await Process.KillHardAsync();
        await Process.DisposeAsync();
        _agent = null;
    }

    public Task<ProbeReply> GetAsync(string path, params (string, string)[] headers) => Nginx.Probe.GetAsync(path, headers);

    /// <summary>Cache status and body of one GET, as "HIT v1".</summary>
    public async Task<string> SeenAsync(string path, params (string, string)[] headers)
    {
        var reply = await GetAsync(path, headers);
        return reply.CacheStatus + " " + reply.Body;
    }

    /// <summary>Asks until the answer comes out of the cache.</summary>
    public Task CachedAsync(string path, params (string, string)[] headers) =>
        Eventually.TrueAsync(async () => (await GetAsync(path, headers)).CacheStatus == "HIT", $"{path} is a hit");

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        Agent.Dispose();
        await Nginx.DisposeAsync();
        await Origin.DisposeAsync();
        _memory?.Dispose();
        _folder.Dispose();
    }

    private int NewPort()
    {
        Agent.Dispose();
        AgentPort = FreePort.Next();
        Agent = new AgentDoor(AgentPort);
        return AgentPort;
    }

    private string[] AgentArguments()
    {
        string[] arguments =
        [
            "--cache", CacheDir, "--key", "$scheme$host$request_uri", "--listen", $"http://127.0.0.1:{AgentPort}",
            "--state", _folder.Of("state"), "--fence", _play.Fence, "--log", "text",
        ];
        if (_play.Config.Length == 0) return arguments;
        File.WriteAllText(_folder.Of("towncrier.yaml"), _play.Config);
        return [.. arguments, "--config", _folder.Of("towncrier.yaml")];
    }
}
