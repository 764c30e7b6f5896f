using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Host.Configuring;
using Towncrier.Providers.Http;
using ListenOptions = Towncrier.Host.Configuring.ListenOptions;

namespace Towncrier.Host.Serving;

/// <summary>The agent's HTTP server: invalidations in, answers out, on loopback or a unix socket unless told otherwise.</summary>
internal static class AgentServer
{
    public static WebApplication Build(AgentOptions options, HttpSource source, CacheAgent agent, string version, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Configure(server, options));
        var app = builder.Build();
        if (options.Token is { } token) TokenGate.Use(app, token);
        app.UseRouting();
        source.Map(app);
        AdminApi.Map(app, agent, version);
        return app;
    }

    /// <summary>Removes a socket file that a killed agent left behind; one that is answered on stays.</summary>
    public static void ClearStaleSockets(ListenOptions listen)
    {
        foreach (var path in listen.Addresses.Select(a => a.UnixPath).OfType<string>().Where(File.Exists))
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                probe.Connect(new UnixDomainSocketEndPoint(path));
            }
            catch (SocketException)
            {
                File.Delete(path); // nobody listens
            }
        }
    }

    /// <summary>The owner and its group may use the sockets: the group is how a publisher is let in.</summary>
    public static void Restrict(ListenOptions listen)
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        foreach (var path in listen.Addresses.Select(a => a.UnixPath).OfType<string>()) File.SetUnixFileMode(path, Mode);
    }

    private static void Configure(KestrelServerOptions server, AgentOptions options)
    {
        HttpSource.Configure(server);
        server.Limits.MaxRequestBodySize = options.Http.MaxBodyBytes;
        server.Limits.MaxRequestLineSize = options.Http.MaxHeaderBytes;
        server.Limits.MaxRequestHeadersTotalSize = options.Http.MaxHeaderBytes;
        server.Limits.MaxConcurrentConnections = options.Http.MaxConnections;
        server.Limits.RequestHeadersTimeout = options.Http.HeaderTimeout;
        foreach (var address in options.Listen.Addresses)
        {
            if (address.UnixPath is { } path) server.ListenUnixSocket(path);
            else if (address.Host == "localhost") server.ListenLocalhost(address.Port);
            else if (address.Host == "*") server.ListenAnyIP(address.Port);
            else server.Listen(IPAddress.Parse(address.Host!), address.Port);
        }
    }
}
