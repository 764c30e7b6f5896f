using System.Net;
using System.Net.Sockets;

namespace Towncrier.EndToEnd.Support;

/// <summary>A real nginx of our own: its prefix, temp paths, pid and error log stand in a temporary folder, its port is on loopback.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly ChildProcess _process;

    private NginxServer(TempFolder folder, ChildProcess process, int port, string cacheDir)
    {
        (_folder, _process, Port, CacheDir) = (folder, process, port, cacheDir);
        Probe = new HttpProbe(port);
    }

    public int Port { get; }

    /// <summary>The cache directory of the setup, or of our own folder when the setup names none.</summary>
    public string CacheDir { get; }

    /// <summary>Asks this nginx.</summary>
    public HttpProbe Probe { get; }

    /// <summary>The configuration file, as for `nginx -T -c`.</summary>
    public string ConfigPath => _folder.Of("nginx.conf");

    /// <summary>Where the temp files of every kind stand when use_temp_path is on.</summary>
    public string TempPath => _folder.Of("tmp");

    /// <summary>The master process; its workers are its children.</summary>
    public int MasterId => _process.Id;

    /// <summary>The error log so far, at level info.</summary>
    public string ErrorLog => File.Exists(_folder.Of("error.log")) ? File.ReadAllText(_folder.Of("error.log")) : "";

    /// <summary>Starts nginx with one cache in front of one origin. Skips the test by name when nginx is not installed.</summary>
    public static Task<NginxServer> StartAsync(NginxSetup setup) =>
        StartAsync((port, cacheDir) => setup.Render(port, cacheDir), setup.CacheDir, setup.User);

    /// <summary>Starts nginx with an http block of the caller's own, made from the port to listen on and the cache directory.</summary>
    public static async Task<NginxServer> StartAsync(
        Func<int, string, string> httpBlock, string? cacheDir = null, string user = "root")
    {
        var binary = Find();
        for (var attempt = 1; ; attempt++)
        {
            var folder = new TempFolder();
            var (port, cache) = (FreePort.Next(), cacheDir ?? folder.Of("cache"));
            await File.WriteAllTextAsync(folder.Of("nginx.conf"), Config(folder, httpBlock(port, cache), user));
            folder.Make("tmp");
            var process = ChildProcess.Start(
                binary, ["-p", folder.Path, "-c", folder.Of("nginx.conf"), "-e", folder.Of("error.log")]);
            var server = new NginxServer(folder, process, port, cache);
            if (await server.IsListeningAsync())
                return server;
            var said = process.Stderr + server.ErrorLog;
            await server.DisposeAsync();
            // The port was free a moment ago; only losing it to another process is worth another try.
            if (attempt == 3 || !said.Contains("Address already in use", StringComparison.Ordinal))
                throw new InvalidOperationException("nginx did not start: " + said);
        }
    }

    /// <summary>Sends a signal to the master process alone.</summary>
    public void Signal(int signal) => _process.Signal(signal);

    public async ValueTask DisposeAsync()
    {
        Probe.Dispose();
        // SIGTERM is nginx's fast shutdown: the master ends its workers; what is left after the deadline is killed by id.
        _process.Signal(Posix.SigTerm);
        try
        {
            await _process.ExitAsync(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
        }
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> IsListeningAsync()
    {
        var connected = false;
        await Eventually.TrueAsync(async () => _process.HasExited || (connected = await ConnectsAsync()), "nginx listens");
        return connected && !_process.HasExited;
    }

    private async Task<bool> ConnectsAsync()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return File.Exists(_folder.Of("nginx.pid"));
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Config(TempFolder folder, string httpBlock, string user) => $$"""
        {{(Environment.IsPrivilegedProcess ? $"user {user};" : "")}}
        daemon off;
        master_process on;
        worker_processes 1;
        pid {{folder.Of("nginx.pid")}};
        error_log {{folder.Of("error.log")}} info;
        events { worker_connections 512; }
        http {
            access_log off;
            client_body_temp_path {{folder.Of("tmp", "body")}};
            proxy_temp_path {{folder.Of("tmp", "proxy")}};
            fastcgi_temp_path {{folder.Of("tmp", "fastcgi")}};
            uwsgi_temp_path {{folder.Of("tmp", "uwsgi")}};
            scgi_temp_path {{folder.Of("tmp", "scgi")}};
            {{httpBlock}}
        }
        """;

    private static string Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin");
        var found = folders.Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);
        if (found is null)
            Assert.Skip("nginx is not installed: apt-get install nginx-light");
        return found;
    }
}
