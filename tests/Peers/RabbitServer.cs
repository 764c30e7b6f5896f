using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Towncrier.Peers;

/// <summary>
/// A real RabbitMQ of our own on free loopback ports, with an epmd of its own, its files in a temporary folder. It takes some
/// 8 s to start: share one where tests do not break it, see <see cref="SharedRabbit"/>.
/// </summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    /// <summary>May do everything in every virtual host.</summary>
    public const string User = "crier", Password = "s3cret-of-crier";

    /// <summary>May log in and look, and neither make nor bind nor publish anything; in the virtual host <c>/</c> only.</summary>
    public const string LimitedUser = "limited", LimitedPassword = "s3cret-of-limited";

    /// <summary>A second virtual host.</summary>
    public const string OtherHost = "other";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90); // 8 s alone, on two cores that others use as well

    private readonly TempFolder _folder;
    private readonly int _epmdPort;
    private readonly int _distributionPort;
    private ChildProcess? _epmd;
    private ChildProcess? _process;

    private RabbitServer(TempFolder folder) =>
        (_folder, Port, TlsPort, _epmdPort, _distributionPort) = (folder, FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());

    public int Port { get; }

    /// <summary>Listens when it was started with a certificate.</summary>
    public int TlsPort { get; }

    public string Url => UrlOf(Port);

    /// <summary>The same broker through a proxy.</summary>
    public static string UrlOf(int port) => $"amqp://{User}:{Password}@127.0.0.1:{port}/";

    private string Node => $"t{Port}@localhost";

    /// <summary>Starts it. Skips the test by name when it is not installed.</summary>
    /// <param name="certificate">PEM files of the authority, the server's certificate and its key, to listen with TLS as well.</param>
    public static async Task<RabbitServer> StartAsync((string Ca, string Certificate, string Key)? certificate = null)
    {
        if (!File.Exists(Program)) Assert.Skip("rabbitmq-server is not installed (Debian: rabbitmq-server)");
        var server = new RabbitServer(new TempFolder());
        server.Configure(certificate);
        try
        {
            await server.LaunchAsync();
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Ends it at once, as a crash would; what it had written stays.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        if (!process.HasExited) process.Signal(Posix.SigKill);
        await process.ExitAsync();
        await process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it again on the same ports with its data.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await LaunchAsync();
    }

    /// <summary>Stops it in its tracks: connections stay open and nothing answers.</summary>
    public void Freeze() => _process!.Signal(Posix.SigStop);

    public void Thaw() => _process!.Signal(Posix.SigCont);

    /// <summary>Runs rabbitmqctl against it and returns what it printed; a second or two.</summary>
    public async Task<string> CtlAsync(params string[] args)
    {
        await using var ctl = ChildProcess.Start("/usr/lib/rabbitmq/bin/rabbitmqctl", ["--quiet", "-n", Node, .. args], Environment());
        var exit = await ctl.ExitAsync(Patience);
        return exit == 0 ? ctl.Stdout.TrimEnd('\n') : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', args)} ended with {exit}: {ctl.Stdout}{ctl.Stderr}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        if (_epmd is not null) await _epmd.DisposeAsync();
        _folder.Dispose();
    }

    private void Configure((string Ca, string Certificate, string Key)? certificate)
    {
        File.WriteAllText(_folder.Of("enabled_plugins"), "[].\n");
        File.WriteAllText(_folder.Of("definitions.json"), Definitions());
        var lines = new List<string>
        {
            $"listeners.tcp.default = 127.0.0.1:{Port}", "loopback_users = none", "log.console = false",
            $"load_definitions = {_folder.Of("definitions.json")}", "disk_free_limit.absolute = 1MB",
        };
        if (certificate is var (ca, own, key))
            lines.AddRange([$"listeners.ssl.default = 127.0.0.1:{TlsPort}", $"ssl_options.cacertfile = {ca}", $"ssl_options.certfile = {own}", $"ssl_options.keyfile = {key}"]);
        File.WriteAllLines(_folder.Of("rabbitmq.conf"), lines);
    }

    private async Task LaunchAsync()
    {
        // Ours from the beginning: the one that Erlang would start belongs to nobody, and stays.
        _epmd ??= ChildProcess.Start("/usr/bin/epmd", ["-port", $"{_epmdPort}", "-address", "127.0.0.1"]);
        await Eventually.TrueAsync(() => AnswersAsync(_epmdPort), "epmd answers");
        _process = ChildProcess.Start(Program, [], Environment());
        await Eventually.TrueAsync(async () => _process.HasExited || await AnswersAsync(Port), "RabbitMQ answers", Patience);
        if (_process.HasExited) throw new InvalidOperationException($"RabbitMQ did not start: {_process.Stdout}{_process.Stderr}");
    }

    private Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = _folder.Path,
        ["RABBITMQ_MNESIA_BASE"] = _folder.Of("mnesia"),
        ["RABBITMQ_LOG_BASE"] = _folder.Of("log"),
        ["RABBITMQ_NODENAME"] = Node,
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{Port}",
        ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
        ["RABBITMQ_CONFIG_FILE"] = _folder.Of("rabbitmq"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder.Of("enabled_plugins"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = $"{_epmdPort}",
        ["detached"] = "1", // its script then becomes the broker, instead of waiting beside it: one process, one id
    };

    private static string Definitions() => JsonSerializer.Serialize(new
    {
        vhosts = new[] { new { name = "/" }, new { name = OtherHost } },
        users = new[] { NewUser(User, Password), NewUser(LimitedUser, LimitedPassword) },
        permissions = new[]
        {
            new { user = User, vhost = "/", configure = ".*", write = ".*", read = ".*" },
            new { user = User, vhost = OtherHost, configure = ".*", write = ".*", read = ".*" },
            new { user = LimitedUser, vhost = "/", configure = "^$", write = "^$", read = ".*" },
        },
    });

    // RabbitMQ's rabbit_password_hashing_sha256: four bytes of salt, then SHA-256 over salt and password.
    private static object NewUser(string name, string password)
    {
        byte[] salt = [1, 2, 3, 4];
        byte[] hash = [.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])];
        return new { name, password_hash = Convert.ToBase64String(hash), hashing_algorithm = "rabbit_password_hashing_sha256", tags = "administrator" };
    }

    // Until RabbitMQ has its data it listens, and closes what connects.
    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
