using System.Globalization;
using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Samples;

/// <summary>
/// A pod of samples/kubernetes without a cluster: its containers' commands as processes of the manifest's user, its volumes as folders
/// that belong to root and are open to all, as Kubernetes makes them; Redis asks for the password of the secret. Root's alone: it is skipped else.
/// </summary>
internal sealed class KubernetesPod : IAsyncDisposable
{
    private const string Password = "of-redis";

    private readonly TempFolder _folder = new();
    private readonly JsonNode _spec = Manifests.In("base").The("StatefulSet")["spec"]!["template"]!["spec"]!;
    private readonly (int Http, int Status, int Agent) _ports = (FreePort.Next(), FreePort.Next(), FreePort.Next());
    private readonly AsUser _user;
    private Origin _origin = null!;
    private RedisServer _redis = null!;
    private ChildProcess _nginx = null!;

    private KubernetesPod() => _user = new AsUser(_folder, int.Parse(_spec["securityContext"]!.Text("runAsUser"), CultureInfo.InvariantCulture));

    public const string Token = "of-the-agent";

    public RunningAgent Agent { get; private set; } = null!;

    public string CacheDir => _folder.Of("cache");

    public static async Task<KubernetesPod> StartAsync()
    {
        var pod = new KubernetesPod();
        foreach (var volume in (string[])["cache", "state", "tmp"])
            File.SetUnixFileMode(pod._folder.Make(volume), (UnixFileMode)0b111_111_111);
        pod.WriteSecret();
        pod._origin = Origin.Start(request => OriginReply.Text("v" + request.Number).With("Cache-Control", "max-age=3600"));
        pod._redis = await RedisServer.StartAsync("--requirepass", Password);
        await pod.StartAgentAsync();
        await pod.StartNginxAsync();
        return pod;
    }

    /// <summary>What a visitor gets.</summary>
    public Task<ProbeReply> VisitAsync(string path) => GetAsync(_ports.Http, path);

    /// <summary>What the kubelet and Prometheus get of nginx.</summary>
    public Task<ProbeReply> StatusAsync(string path) => GetAsync(_ports.Status, path);

    public void Publish(string message)
    {
        using var redis = new RedisTalk(_redis.Port);
        redis.Ask(["AUTH", Password], ["XADD", "towncrier", "*", "message", message]);
    }

    /// <summary>As Kubernetes ends a pod with a sidecar: nginx by the signal of its image, and then the agent.</summary>
    public async Task<(int Nginx, int Agent)> EndAsync()
    {
        _nginx.Signal(Posix.SigQuit);
        var nginx = await _nginx.ExitAsync();
        return (nginx, await Agent.Process.TerminateAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (Agent is not null) await Agent.DisposeAsync();
        if (_nginx is not null) await _nginx.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        if (_origin is not null) await _origin.DisposeAsync();
        _folder.Dispose();
    }

    private void WriteSecret()
    {
        _folder.Make("secret");
        foreach (var (name, value) in ((string, string)[])[("token", Token), ("redis-password", Password), ("metrics.conf", $"proxy_set_header Authorization \"Bearer {Token}\";")])
            File.WriteAllText(_folder.Of("secret", name), value);
    }

    private async Task StartAgentAsync()
    {
        await File.WriteAllTextAsync(_folder.Of("towncrier.yaml"), Put(
            Manifests.Embedded("base", "cache-agent", "towncrier.yaml"), ("/var/cache/nginx/site", CacheDir), ("0.0.0.0:8471", $"127.0.0.1:{_ports.Agent}"),
            ("/run/secrets/towncrier", _folder.Of("secret")), ("redis:6379", $"127.0.0.1:{_redis.Port}"), ("/var/lib/towncrier", _folder.Of("state"))) + "fence: 0s\n");
        var container = _spec.List("initContainers").Single();
        var args = container["args"]!.AsArray().Select(arg => ((string)arg!).Replace("/etc/towncrier", _folder.Path, StringComparison.Ordinal));
        var environment = container.List("env").ToDictionary(one => one.Text("name"), one => one.Text("value"));
        environment["TMPDIR"] = "/nonexistent"; // the root of its file system is read-only
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        Agent = RunningAgent.Of(await AgentProcess.ReadyAsync(_user.StartProgram(dotnet, [_user.Dll, .. args], environment), _ports.Agent), _ports.Agent);
    }

    private async Task StartNginxAsync()
    {
        // Standard output is a pipe of this test's, which another user cannot open by its name as a container's can.
        await File.WriteAllTextAsync(_folder.Of("nginx.conf"), Put(
            Manifests.Embedded("base", "cache-nginx", "nginx.conf"), ("/tmp/", _folder.Of("tmp") + "/"), ("/var/cache/nginx/site", CacheDir), ("access_log /dev/stdout", "access_log " + _folder.Of("tmp", "access.log")),
            ("listen 8080", $"listen 127.0.0.1:{_ports.Http}"), ("listen 8081", $"listen 127.0.0.1:{_ports.Status}"), ("server cms:80", $"server 127.0.0.1:{_origin.Port}"),
            ("127.0.0.1:8471", $"127.0.0.1:{_ports.Agent}"), ("/run/secrets/towncrier", _folder.Of("secret"))));
        List<string> command = [.. _spec.List("containers").Single()["command"]!.AsArray().Select(word => ((string)word!).Replace("/etc/towncrier-nginx", _folder.Path, StringComparison.Ordinal))];
        await using (var check = _user.StartProgram(command[0], [.. command[1..], "-t", "-q"], new Dictionary<string, string>()))
        {
            (await check.ExitAsync()).ShouldBe(0, check.Stderr);
            check.Stderr.ShouldNotContain("[warn]");
        }

        _nginx = _user.StartProgram(command[0], command[1..], new Dictionary<string, string>());
        await Eventually.TrueAsync(async () => _nginx.HasExited || await AnswersAsync(), "nginx answers");
        _nginx.HasExited.ShouldBeFalse(_nginx.Stderr);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await StatusAsync("/healthz")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<ProbeReply> GetAsync(int port, string path)
    {
        using var probe = new HttpProbe(port);
        return await probe.GetAsync(path, SampleSite.Host);
    }

    internal static string Put(string text, params (string Old, string New)[] changes)
    {
        foreach (var (old, changed) in changes)
        {
            text.ShouldContain(old);
            text = text.Replace(old, changed, StringComparison.Ordinal);
        }

        return text;
    }
}
