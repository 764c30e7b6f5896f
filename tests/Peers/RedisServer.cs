using System.Net;
using System.Net.Sockets;

namespace Towncrier.Peers;

/// <summary>A real redis-server of our own on a free loopback port and a unix socket, its files in a temporary folder.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly string[] _options;
    private ChildProcess _process;

    private RedisServer(TempFolder folder, ChildProcess process, int port, string[] options)
        => (_folder, _process, Port, _options) = (folder, process, port, options);

    public int Port { get; }

    public string Url => $"redis://127.0.0.1:{Port}/0";

    public string SocketPath => _folder.Of("redis.sock");

    public TempFolder Folder => _folder;

    public int ProcessId => _process.Id;

    /// <summary>Starts it, with further options as on its command line. Skips the test by name when it is not installed.</summary>
    public static Task<RedisServer> StartAsync(params string[] options) => StartAsync(null, options);

    /// <summary>Starts it as a sentinel, with these lines of configuration. Skips the test by name when it is not installed.</summary>
    public static Task<RedisServer> StartSentinelAsync(string configuration) => StartAsync(configuration, ["--sentinel"]);

    private static async Task<RedisServer> StartAsync(string? configuration, string[] options)
    {
        if (!File.Exists("/usr/bin/redis-server")) Assert.Skip("redis-server is not installed (Debian: redis-server)");
        for (var attempt = 1; ; attempt++)
        {
            var folder = new TempFolder();
            var port = FreePort.Next();
            // A sentinel writes what it learns into its file, and so must have one.
            if (configuration is not null) await File.WriteAllTextAsync(folder.Of("redis.conf"), configuration);
            var server = new RedisServer(folder, Launch(folder, port, options), port, options);
            if (await server.AnswersAsync()) return server;
            var said = server._process.Stdout + server._process.Stderr;
            await server.DisposeAsync();
            if (attempt == 3 || !said.Contains("Address already in use", StringComparison.Ordinal))
                throw new InvalidOperationException("redis-server did not start: " + said);
        }
    }

    /// <summary>Ends it at once, as a crash would; its append-only file, when there is one, stays.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Signal(Posix.SigKill);
        await _process.ExitAsync();
    }

    /// <summary>Starts it again on the same port with the same files.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await _process.DisposeAsync();
        _process = Launch(_folder, Port, _options);
        if (!await AnswersAsync()) throw new InvalidOperationException("redis-server did not start again: " + _process.Stdout);
    }

    /// <summary>Stops it in its tracks: connections stay open and nothing answers.</summary>
    public void Freeze() => _process.Signal(Posix.SigStop);

    public void Thaw() => _process.Signal(Posix.SigCont);

    /// <summary>Runs redis-cli against it and returns what it printed.</summary>
    public async Task<string> CliAsync(params string[] args)
    {
        await using var cli = ChildProcess.Start("redis-cli", ["-h", "127.0.0.1", "-p", $"{Port}", .. args]);
        await cli.ExitAsync();
        return cli.Stdout.TrimEnd('\n');
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static ChildProcess Launch(TempFolder folder, int port, string[] options) => ChildProcess.Start(
        "/usr/bin/redis-server",
        [.. File.Exists(folder.Of("redis.conf")) ? [folder.Of("redis.conf")] : Array.Empty<string>(), "--port", $"{port}", "--bind", "127.0.0.1", "--unixsocket", folder.Of("redis.sock"), "--dir", folder.Path, "--save", "", "--daemonize", "no", .. options]);

    private async Task<bool> AnswersAsync()
    {
        var answers = false;
        await Eventually.TrueAsync(async () => _process.HasExited || (answers = await ConnectsAsync()), "redis-server answers");
        return answers && !_process.HasExited;
    }

    private async Task<bool> ConnectsAsync()
    {
        if (!_process.Stdout.Contains("Ready to accept connections", StringComparison.Ordinal) && !_process.Stdout.Contains("Sentinel ID is", StringComparison.Ordinal)) return false;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
