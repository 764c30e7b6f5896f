using System.Globalization;
using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Governing;

/// <summary>A real nginx whose cache is on a file system of eight megabytes, with a real agent beside it, configured by a file.</summary>
internal sealed class SmallCache : IAsyncDisposable
{
    public const int PageBytes = 60_000;

    private readonly TempFolder _folder = new();
    private readonly SmallDisk _disk;
    private readonly Origin _origin;
    private readonly NginxServer _nginx;
    private RunningAgent? _agent;

    private SmallCache(SmallDisk disk, Origin origin, NginxServer nginx) => (_disk, _origin, _nginx) = (disk, origin, nginx);

    public RunningAgent Agent => _agent!;

    public string CacheDir => _nginx.CacheDir;

    public string ErrorLog => _nginx.ErrorLog;

    /// <param name="limits">Lines of the cache in the agent's file, separated by semicolons.</param>
    /// <param name="options">More mount options, such as <c>,strictatime</c>.</param>
    public static async Task<SmallCache> StartAsync(string limits, string options = ",strictatime", Func<NginxSetup, NginxSetup>? change = null, Func<string, string>? cacheControl = null)
    {
        var disk = await SmallDisk.MountAsync("8m", options);
        var origin = Origin.Start(request =>
        {
            var page = OriginReply.Text(request.Target.PadRight(PageBytes, '.'));
            return cacheControl is null ? page : page.With("Cache-Control", cacheControl(request.Target));
        });
        var setup = new NginxSetup { OriginPort = origin.Port, CacheDir = Path.Combine(disk.Path, "cache") };
        var nginx = await NginxServer.StartAsync(change is null ? setup : change(setup));
        var cache = new SmallCache(disk, origin, nginx);
        cache.Configure(limits);
        var port = FreePort.Next();
        cache._agent = RunningAgent.Of(
            await AgentProcess.StartAsync(port, ["--config", cache._folder.Of("towncrier.yaml"), "--listen", $"http://127.0.0.1:{port}", "--state", cache._folder.Of("state"), "--log", "text"]), port);
        return cache;
    }

    /// <summary>Writes the agent's file anew, with these lines for the cache and these for the rest.</summary>
    public void Configure(string limits, string more = "")
    {
        var lines = limits.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(line => "    " + line.Trim() + "\n");
        File.WriteAllText(_folder.Of("towncrier.yaml"), $"caches:\n  - path: {CacheDir}\n    key: '$scheme$host$request_uri'\n{string.Concat(lines)}{more}\n");
    }

    /// <summary>Asks for a page, which must come whole, and says whether it was cached.</summary>
    public async Task<string> AskAsync(int page)
    {
        var reply = await _nginx.Probe.GetAsync($"/page-{page}");
        reply.Status.ShouldBe(200);
        reply.Body.ShouldBe($"/page-{page}".PadRight(PageBytes, '.'));
        return reply.CacheStatus;
    }

    public int Files => Directory.EnumerateFiles(CacheDir, "*", SearchOption.AllDirectories).Count();

    /// <summary>The used fraction of the file system, by df(1).</summary>
    public async Task<double> UsageAsync()
    {
        await using var df = ChildProcess.Start("df", ["--block-size=1", "--output=used,avail", _disk.Path]);
        (await df.ExitAsync()).ShouldBe(0, df.Stderr);
        var numbers = df.Stdout.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return numbers[0] / (numbers[0] + numbers[1]);
    }

    public async Task<long> DeletedAsync(string reason) => (long)(await Agent.MetricsAsync()).Sum("towncrier_objects_deleted_total", ("cache", CacheDir), ("reason", reason));

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await _agent.DisposeAsync();
        await _nginx.DisposeAsync();
        await _origin.DisposeAsync();
        await _disk.DisposeAsync();
        _folder.Dispose();
    }
}
