using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>A real application on Kestrel, its output cache on disk, asked by HTTP. Its pages say which call of the handler made them.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const string Host = "www.example.org";

    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly bool _ownsFolder;

    private Site(WebApplication app, string folder, bool ownsFolder)
    {
        (_app, Folder, _ownsFolder) = (app, folder, ownsFolder);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()), Timeout = Eventually.Deadline };
    }

    public string Folder { get; }

    public string Address => _http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public IServiceProvider Services => _app.Services;

    public DiskStore Store => Services.GetRequiredService<DiskStore>();

    public IOutputCacheStore OutputCache => Services.GetRequiredService<IOutputCacheStore>();

    public LogLines Log { get; private init; } = new();

    /// <param name="map">Its pages; without, each path is a page that is cached for an hour, tagged by its segments.</param>
    /// <param name="first">What comes before the output cache.</param>
    /// <param name="folder">Of another site that was stopped; without, one of its own.</param>
    public static async Task<Site> StartAsync(
        Action<WebApplication>? map = null, Action<TowncrierStoreOptions>? options = null, Action<IServiceCollection>? services = null,
        Action<WebApplication>? first = null, string? folder = null)
    {
        var own = folder is null;
        folder ??= Directory.CreateTempSubdirectory("towncrier-site-").FullName;
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddTowncrierOutputCache(o =>
        {
            o.Directory = Path.Combine(folder, "cache");
            o.Fence = TimeSpan.Zero;
            options?.Invoke(o);
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        first?.Invoke(app);
        app.UseOutputCache();
        (map ?? Pages)(app);
        await app.StartAsync();
        var site = new Site(app, folder, own) { Log = log };
        await Eventually.TrueAsync(() => site.Store.IsReady, "the store is ready");
        return site;
    }

    /// <summary>Every path is a page; its body is the number of the call that made it, and the path.</summary>
    public static void Pages(WebApplication app)
    {
        var calls = 0;
        app.MapGet("/{**path}", (HttpContext http, string? path) =>
        {
            http.Features.Get<IOutputCacheFeature>()?.Context.Tags.UnionWith((path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries));
            return $"{Interlocked.Increment(ref calls)} {http.Request.Path}{http.Request.QueryString}";
        }).CacheOutput(policy => policy.Expire(TimeSpan.FromHours(1)));
    }

    public async Task<Reply> GetAsync(string path, string host = Host, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var reply = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(reply.StatusCode, await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), reply.Headers.Age is not null);
    }

    /// <summary>The page's body, whether it was made or taken from the cache.</summary>
    public async Task<string> BodyAsync(string path, string host = Host, params (string Name, string Value)[] headers)
    {
        var reply = await GetAsync(path, host, headers);
        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        return reply.Body;
    }

    /// <summary>Asks, and goes away before the answer.</summary>
    public async Task LeaveAsync(string path, Task when)
    {
        using var left = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var asking = _http.SendAsync(request, left.Token);
        await when;
        await left.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asking);
    }

    /// <summary>Ends it and leaves its files, for another to open.</summary>
    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await StopAsync();
        Log.Dispose();
        if (_ownsFolder) Directory.Delete(Folder, recursive: true);
    }
}

internal sealed record Reply(HttpStatusCode Status, string Body, bool IsHit);
