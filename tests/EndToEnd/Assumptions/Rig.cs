using Towncrier.EndToEnd.Support;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Assumptions;

/// <summary>One origin behind one nginx: what nearly every assumption needs.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private Rig(Origin origin, NginxServer nginx) => (Origin, Nginx) = (origin, nginx);

    public Origin Origin { get; }

    public NginxServer Nginx { get; }

    public string CacheDir => Nginx.CacheDir;

    /// <summary>Starts both. <paramref name="change"/> departs from the default setup.</summary>
    public static async Task<Rig> StartAsync(
        Func<OriginRequest, OriginReply> handler,
        Func<NginxSetup, NginxSetup>? change = null,
        UpstreamKind kind = UpstreamKind.Proxy)
    {
        var origin = Origin.Start(handler, kind);
        var setup = new NginxSetup { OriginPort = origin.Port, Kind = kind };
        return new Rig(origin, await NginxServer.StartAsync(change?.Invoke(setup) ?? setup));
    }

    /// <summary>An origin whose nth answer to a target has the body "v" + n, with <paramref name="headers"/>.</summary>
    public static Task<Rig> CountingAsync(Func<NginxSetup, NginxSetup>? change = null, params (string, string)[] headers) =>
        StartAsync(request => OriginReply.Text("v" + request.Number, headers), change);

    public Task<ProbeReply> GetAsync(string path, params (string, string)[] headers) => Nginx.Probe.GetAsync(path, headers);

    /// <summary>Cache status and body of one GET, as "HIT v1".</summary>
    public async Task<string> SeenAsync(string path, params (string, string)[] headers)
    {
        var reply = await GetAsync(path, headers);
        return reply.CacheStatus + " " + reply.Body;
    }

    /// <summary>Asks until the answer is <paramref name="seen"/>: nginx refreshes in the background after a STALE.</summary>
    public Task BecomesAsync(string path, string seen) =>
        Eventually.TrueAsync(async () => await SeenAsync(path) == seen, $"{path} is {seen}");

    /// <summary>Fills the cache with one answer and returns the path of its file once it has its final name.</summary>
    public async Task<string> FillAsync(string path, params (string, string)[] headers)
    {
        var before = CacheFiles.List(CacheDir);
        var reply = await GetAsync(path, headers);
        (reply.Status, reply.CacheStatus).ShouldBe((200, "MISS"), reply.Body);
        var after = await CacheFiles.WaitForAsync(CacheDir, before.Length + 1);
        return after.Except(before).Single();
    }

    public async ValueTask DisposeAsync()
    {
        await Nginx.DisposeAsync();
        await Origin.DisposeAsync();
    }
}
