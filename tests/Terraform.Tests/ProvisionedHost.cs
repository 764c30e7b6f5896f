using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.Terraform.Tests;

/// <summary>One cache host: a real nginx before an origin, and an agent whose configuration is what terraform printed, and its cache.</summary>
internal sealed class ProvisionedHost : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Origin _origin;
    private readonly NginxServer _nginx;
    private AgentProcess? _agent;

    private ProvisionedHost(TempFolder folder, Origin origin, NginxServer nginx) => (_folder, _origin, _nginx) = (folder, origin, nginx);

    public static async Task<ProvisionedHost> StartAsync(string printed, Uri aws)
    {
        var origin = Origin.Start(request => OriginReply.Text("v" + request.Number));
        var host = new ProvisionedHost(new TempFolder(), origin, await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port }));
        var (port, config) = (FreePort.Next(), host._folder.Of("towncrier.yaml"));
        // Hosts that share a machine have their caches in other places; the rest is taken as it is printed.
        await File.WriteAllTextAsync(config, printed.Replace("/var/cache/nginx/site", host._nginx.CacheDir, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var keys = new Dictionary<string, string>(AwsCli.Keys) { ["AWS_ENDPOINT_URL"] = aws.GetLeftPart(UriPartial.Authority) };
        host._agent = await AgentProcess.StartAsync(
            port, ["--config", config, "--listen", $"http://127.0.0.1:{port}", "--state", host._folder.Of("state"), "--fence", "0s"], keys);
        return host;
    }

    /// <summary>Has nginx cache these pages.</summary>
    public async Task FillAsync(params string[] paths)
    {
        foreach (var path in paths)
        {
            (await SeenAsync(path)).ShouldBe("MISS");
            await BecomesAsync(path, "HIT");
        }
    }

    public async Task<string> SeenAsync(string path) => (await _nginx.Probe.GetAsync(path)).CacheStatus;

    public Task BecomesAsync(string path, string status) => Eventually.TrueAsync(async () => await SeenAsync(path) == status, $"{path} is a {status}");

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.TerminateAsync();
        if (_agent is not null) await _agent.DisposeAsync();
        await _nginx.DisposeAsync();
        await _origin.DisposeAsync();
        _folder.Dispose();
    }
}
