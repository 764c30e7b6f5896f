using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Towncrier.Providers.Http;

namespace Towncrier.Providers.Contract.Harnesses;

/// <summary>A real Kestrel. Its broker is the sender itself, who keeps a message until it is answered.</summary>
internal sealed class HttpHarness : Harness
{
    private const int Capacity = 4;

    // Few connections: what many of them cost is Kestrel's memory, not the source's.
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 16 }) { Timeout = Eventually.Deadline };
    private WebApplication? _app;

    public static Claims Claims { get; } = new() { Traits = new SourceTraits(Settles: false, Replays: true), Orders = true, MostHeld = Capacity + 1 };

    public static Task<Harness> StartAsync() => Task.FromResult<Harness>(new HttpHarness());

    public override async Task<IInvalidationSource> BuildAsync()
    {
        _app.ShouldBeNull("one server a test");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(HttpSource.Configure).UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        var source = new HttpSource(new HttpSourceOptions { Capacity = Capacity }, TimeProvider.System);
        source.Map(_app);
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return source;
    }

    public override async Task<bool> PublishAsync(ReadOnlyMemory<byte> message)
    {
        using var content = new ReadOnlyMemoryContent(message);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json").ShouldBeTrue();
        using var response = await _client.PostAsync(new Uri(HttpSource.Path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBeOneOf(HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.ServiceUnavailable);
        return response.StatusCode == HttpStatusCode.Accepted;
    }

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_app is null) return;
        using var soon = new CancellationTokenSource(Eventually.Deadline);
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }
}
