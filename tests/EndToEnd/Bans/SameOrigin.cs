using System.Text;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Bans;

/// <summary>One object of the origin: its page and the header lines it is served with.</summary>
internal sealed record BanObject(string Host, string Target, string Headers, string Status = "200 OK")
{
    public string Page => Host + Target;
}

/// <summary>A real varnishd and a real nginx in front of one origin, both holding the same objects.</summary>
internal sealed class SameOrigin : IAsyncDisposable
{
    private readonly RawHttpPeer _origin;
    private readonly VarnishServer _varnish;
    private readonly NginxServer _nginx;
    private readonly BanObject[] _objects;
    private readonly CacheIndex _index;

    private SameOrigin(RawHttpPeer origin, VarnishServer varnish, NginxServer nginx, BanObject[] objects)
    {
        (_origin, _varnish, _nginx, _objects) = (origin, varnish, nginx, objects);
        KeyTemplate.TryParse("$scheme$host$request_uri", out var template, out _).ShouldBeTrue();
        _index = new CacheIndex(template);
    }

    public static async Task<SameOrigin> StartAsync(BanObject[] objects)
    {
        var origin = RawHttpPeer.Start(request =>
        {
            var one = objects.First(o => o.Host == request.Header("Host") && Latin1(o.Target) == request.Target);
            return new RawReply($"HTTP/1.1 {one.Status}\r\nContent-Length: 2\r\n{one.Headers}\r\nok");
        });
        var varnish = await VarnishServer.StartAsync(VarnishVcl.WithBanErrors(origin.Port));
        var nginx = await NginxServer.StartAsync(new NginxSetup { OriginPort = origin.Port, Valid = null });
        var site = new SameOrigin(origin, varnish, nginx, objects);
        foreach (var one in objects)
        {
            await RawClient.GetAsync(nginx.Port, one.Host, one.Target);
            await RawClient.GetAsync(varnish.Port, one.Host, one.Target);
        }

        await CacheFiles.WaitForAsync(nginx.CacheDir, objects.Length);
        (await site.GoneFromVarnishAsync()).ShouldBeEmpty("objects that Varnish does not keep");
        return site;
    }

    /// <summary>The pages that Varnish gives up for a ban; null when it refuses it. They are back afterwards.</summary>
    public async Task<string[]?> OnVarnishAsync(string expression)
    {
        var answer = await RawClient.SendAsync(_varnish.Port, $"BAN / HTTP/1.1\r\nHost: a.org\r\nConnection: close\r\nx-ban-expression: {expression}\r\n\r\n");
        if (answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal)) return null;
        answer.ShouldStartWith("HTTP/1.1 200", Case.Sensitive, expression);
        return await GoneFromVarnishAsync();
    }

    /// <summary>The pages whose nginx cache files a ban means here; null with the reason when it is refused.</summary>
    public (string[]? Pages, string? Problem) OnNginx(string expression)
    {
        var ban = new Invalidation { Command = InvalidationCommand.Ban, Values = [expression] };
        var compiled = CompiledMessage.Compile(ban, _index, [], _ => null, DateTimeOffset.UtcNow);
        if (compiled.Values[0].Error is { } problem) return (null, problem);
        return ([.. _objects.Where(one => Means(compiled, one)).Select(one => one.Page)], null);
    }

    public async ValueTask DisposeAsync()
    {
        await _nginx.DisposeAsync();
        await _varnish.DisposeAsync();
        await _origin.DisposeAsync();
    }

    private bool Means(CompiledMessage compiled, BanObject one)
    {
        var bytes = File.ReadAllBytes(CacheFiles.PathOf(_nginx.CacheDir, Latin1($"http{one.Page}")));
        CacheHead.Parse(bytes, whole: true, out var head, out _).ShouldBe(HeadProblem.None);
        return compiled.Matches(EntryView.Of(_index.Template, new HeadReader(TagHeaders.Default).FactsOf(head, default, default, bytes.Length)));
    }

    private async Task<string[]> GoneFromVarnishAsync()
    {
        var gone = new List<string>();
        foreach (var one in _objects)
            if (!(await RawClient.GetAsync(_varnish.Port, one.Host, one.Target)).Contains("x-cache: hit", StringComparison.Ordinal)) gone.Add(one.Page);
        return [.. gone];
    }

    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
