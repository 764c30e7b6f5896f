using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace Towncrier.Peers.ServiceBus;

/// <summary>Kestrel on its ports, from a start to the end of all its connections.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Listener(WebApplication app) => _app = app;

    /// <exception cref="IOException">Another server has the port.</exception>
    public static async Task<Listener> StartAsync(Gateway gateway, int port, int? tlsPort, X509Certificate2? certificate)
    {
        for (var attempt = 1; ; attempt++)
        {
            var app = Build(gateway, port, tlsPort, certificate);
            try
            {
                await app.StartAsync();
                return new Listener(app);
            }
            catch (IOException e) when (e.InnerException is AddressInUseException && attempt < 50)
            {
                // A process that is being forked holds our old listener for a moment longer.
                await app.DisposeAsync();
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // With a token that is cancelled already, Kestrel does not wait for requests but cuts their connections.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static WebApplication Build(Gateway gateway, int port, int? tlsPort, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.ResponseHeaderEncodingSelector = _ => Encoding.UTF8; // as requests' are read
            options.Limits.MaxRequestHeadersTotalSize = 64 * 1024; // the service's limit of a message's properties
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
            if (tlsPort is null) return;
            options.Listen(IPAddress.Loopback, tlsPort.Value, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(certificate!);
            });
        });
        var app = builder.Build();
        app.Run(gateway.HandleAsync);
        return app;
    }
}
