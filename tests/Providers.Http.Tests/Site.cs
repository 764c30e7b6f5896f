using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Towncrier.Providers.Http.Tests;

/// <summary>A real Kestrel on a free port with the source mapped; the test reads the deliveries and plays the agent.</summary>
internal sealed class Site : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private readonly IAsyncEnumerator<Delivery> _deliveries;

    private Site(WebApplication app, HttpSource source)
    {
        _app = app;
        Source = source;
        _deliveries = source.ReadAsync(new QuietContext(), _stop.Token).GetAsyncEnumerator(_stop.Token);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = Deadline };
    }

    public HttpSource Source { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<Site> StartAsync(HttpSourceOptions? options = null, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(HttpSource.Configure).UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var source = new HttpSource(options ?? new HttpSourceOptions(), clock ?? TimeProvider.System);
        source.Map(app);
        await app.StartAsync();
        return new Site(app, source);
    }

    public Task<bool> HasNextAsync() => _deliveries.MoveNextAsync().AsTask().WaitAsync(Deadline);

    public async Task<Delivery> NextAsync()
    {
        (await HasNextAsync()).ShouldBeTrue();
        return _deliveries.Current;
    }

    public Task<HttpResponseMessage> PostAsync(string body, string query = "", string type = "application/json") =>
        Client.PostAsync(new Uri("/v1/invalidations" + query, UriKind.Relative), Body(body, type));

    public async Task<HttpResponseMessage> SendAsync(string method, string target, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(target, UriKind.Relative));
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await Client.SendAsync(request).WaitAsync(Deadline);
    }

    /// <summary>Opens a connection and sends these bytes as they are.</summary>
    public async Task<TcpClient> ConnectAsync(string request)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Address.Port).WaitAsync(Deadline);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request)).AsTask().WaitAsync(Deadline);
        return client;
    }

    /// <summary>Sends these bytes, and reads until the server closes.</summary>
    public async Task<string> RawAsync(string request)
    {
        using var client = await ConnectAsync(request);
        return await ReadToEndAsync(client);
    }

    public static async Task<string> ReadToEndAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(Deadline);
    }

    public static HttpContent Body(string body, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type).ShouldBeTrue();
        return content;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Client.Dispose();
        using var soon = new CancellationTokenSource(Deadline);
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        _stop.Dispose();
    }
}
