namespace Towncrier.Providers.Varnish.Tests;

/// <summary>A real varnishd with the original's VCL in front of an origin, and a target that points to it.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly RawHttpPeer _origin;
    private readonly VarnishServer _varnish;

    private Site(RawHttpPeer origin, VarnishServer varnish)
    {
        (_origin, _varnish) = (origin, varnish);
        Target = New(new VarnishOptions { Url = varnish.Url });
    }

    public VarnishTarget Target { get; }

    public string Url => _varnish.Url;

    /// <summary>What the origin was asked for.</summary>
    public IReadOnlyList<RawRequest> Fetches => _origin.Requests;

    /// <param name="vcl">Made for the origin's port.</param>
    public static async Task<Site> StartAsync(Func<int, string>? vcl = null)
    {
        // Tags are named in the URL, so that a test says by itself what carries them: /page?tags=a+b
        var origin = RawHttpPeer.Start(request =>
        {
            var at = request.Target.IndexOf("tags=", StringComparison.Ordinal);
            var tags = at < 0 ? "" : $"xkey: {request.Target[(at + 5)..].Replace('+', ' ')}\r\n";
            return new RawReply($"HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\n{tags}Content-Length: 2\r\n\r\nok");
        });
        try
        {
            return new Site(origin, await VarnishServer.StartAsync((vcl ?? (port => VarnishVcl.Original(port)))(origin.Port)));
        }
        catch
        {
            await origin.DisposeAsync();
            throw;
        }
    }

    public static VarnishTarget New(VarnishOptions options) => new(options, TimeProvider.System, new Random(1));

    /// <summary>Puts pages into the cache: <c>host/path</c> each.</summary>
    public async Task WarmAsync(params string[] pages)
    {
        foreach (var page in pages) _ = await IsCachedAsync(page);
        foreach (var page in pages) (await IsCachedAsync(page)).ShouldBeTrue(page);
    }

    /// <summary>Those of the pages that are not in the cache any more. Asking puts them back.</summary>
    public async Task<string[]> GoneAsync(params string[] pages)
    {
        var gone = new List<string>();
        foreach (var page in pages)
            if (!await IsCachedAsync(page)) gone.Add(page);
        return [.. gone];
    }

    public async Task<TargetReport> ApplyAsync(InvalidationCommand command, string? host, params string[] values)
        => await ApplyAsync(new Invalidation { Command = command, Host = host, Values = values });

    public async Task<TargetReport> ApplyAsync(Invalidation message)
        => await Eventually.DoneAsync(Target.ApplyAsync(message, TestContext.Current.CancellationToken), "the target's report");

    public async ValueTask DisposeAsync()
    {
        Target.Dispose();
        await _varnish.DisposeAsync();
        await _origin.DisposeAsync();
    }

    private async Task<bool> IsCachedAsync(string page)
    {
        var slash = page.IndexOf('/', StringComparison.Ordinal);
        var answer = await RawClient.GetAsync(_varnish.Port, page[..slash], page[slash..]);
        answer.ShouldStartWith("HTTP/1.1 200", Case.Sensitive, page);
        return answer.Contains("x-cache: hit", StringComparison.Ordinal);
    }
}

/// <summary>One site for the tests of a class. Started by the first of them, so that a missing varnishd skips each by name.</summary>
public sealed class SharedSite : IAsyncDisposable
{
    private Site? _site;

    public async Task<Site> GetAsync() => _site ??= await Site.StartAsync();

    public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;
}
