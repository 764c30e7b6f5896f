using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Towncrier.Host.Configuring;
using Towncrier.Linux;
using Towncrier.Providers.Http;
using ListenOptions = Towncrier.Host.Configuring.ListenOptions;

namespace Towncrier.Host.Serving;

/// <summary>The HTTP server of an agent or a relay: invalidations in, answers out, on loopback or a unix socket unless told otherwise.</summary>
internal static class AgentServer
{
    /// <param name="source">Null: no messages are taken in.</param>
    /// <param name="answers">Maps what is answered besides.</param>
    /// <param name="ungated">A path that asks for a token of its own; null for none.</param>
    public static WebApplication Build(
        ListenOptions listen, HttpLimits limits, string? secret, HttpSource? source, Action<WebApplication> answers, Action<ILoggingBuilder> logging, string? ungated = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Configure(server, listen, limits));
        var app = builder.Build();
        if (secret is { } token) TokenGate.Use(app, token, ungated);
        app.UseRouting();
        source?.Map(app);
        answers(app);
        return app;
    }

    /// <summary>Removes a socket file that a killed agent left behind. Nothing else is ever removed.</summary>
    /// <exception cref="IOException">Another process answers there, or what stands there is no socket.</exception>
    public static void ClearStaleSockets(ListenOptions listen)
    {
        foreach (var path in listen.Addresses.Select(a => a.UnixPath).OfType<string>().Where(Path.Exists))
        {
            if (!IsSocket(path)) throw new IOException($"{path} exists and is no socket; remove it, or choose another path");
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                probe.Connect(new UnixDomainSocketEndPoint(path));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                File.Delete(path); // nobody listens
                continue;
            }

            throw new IOException($"another process answers on {path}; stop it, or choose another path");
        }
    }

    // open(2) of a socket says ENXIO, and of nothing else that can be opened without waiting.
    private static bool IsSocket(string path)
    {
        if (DirectoryHandle.TryOpen(Path.GetDirectoryName(path)!, out var directory) != Errno.None) return false;
        using (directory)
        {
            var errno = directory!.TryOpenFile(Encoding.UTF8.GetBytes(Path.GetFileName(path) + "\0"), writable: false, out var file);
            if (errno == Errno.None) file.Dispose();
            return errno == Errno.ENXIO;
        }
    }

    /// <summary>The owner and its group may use the sockets: the group is how a publisher is let in.</summary>
    public static void Restrict(ListenOptions listen)
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        foreach (var path in listen.Addresses.Select(a => a.UnixPath).OfType<string>()) File.SetUnixFileMode(path, Mode);
    }

    private static void Configure(KestrelServerOptions server, ListenOptions listen, HttpLimits limits)
    {
        HttpSource.Configure(server);
        server.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
        server.Limits.MaxRequestLineSize = limits.MaxHeaderBytes;
        server.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        server.Limits.MaxConcurrentConnections = limits.MaxConnections;
        server.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        foreach (var address in listen.Addresses)
        {
            if (address.UnixPath is { } path) server.ListenUnixSocket(path);
            else if (address.Host == "localhost") server.ListenLocalhost(address.Port);
            else if (address.Host == "*") server.ListenAnyIP(address.Port);
            else server.Listen(IPAddress.Parse(address.Host!), address.Port);
        }
    }
}
