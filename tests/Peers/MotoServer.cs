namespace Towncrier.Peers;

/// <summary>SNS and SQS as moto plays them, with AWS's own error answers, on a free loopback port, all in memory. It checks no signatures.</summary>
public sealed class MotoServer : IAsyncDisposable
{
    public const string Account = "123456789012";

    private readonly ChildProcess _process;

    private MotoServer(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Without a path.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Starts it empty. Skips the test by name when it is not installed.</summary>
    public static async Task<MotoServer> StartAsync()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "moto_server")).FirstOrDefault(File.Exists);
        if (path is null) Assert.Skip("moto_server is not installed (not in Debian: moto[server] of PyPI)");
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            var server = new MotoServer(ChildProcess.Start(path, ["-H", "127.0.0.1", "-p", $"{port}"]), port);
            if (await server.AnswersAsync()) return server;
            var said = server._process.Stderr;
            await server.DisposeAsync();
            if (attempt == 3 || !said.Contains("in use", StringComparison.Ordinal)) throw new InvalidOperationException("moto_server did not start: " + said);
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<bool> AnswersAsync()
    {
        await Eventually.TrueAsync(() => _process.HasExited || (_process.Stdout + _process.Stderr).Contains("Running on", StringComparison.Ordinal), "moto_server answers", TimeSpan.FromSeconds(60));
        return !_process.HasExited;
    }
}
