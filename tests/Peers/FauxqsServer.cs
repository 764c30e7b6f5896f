using System.Globalization;

namespace Towncrier.Peers;

/// <summary>
/// SNS and SQS as the emulator fauxqs plays them, on a free loopback port, all in memory. It checks no signatures and no
/// policies, and takes the region from the signature. Its queues' URLs name a host that does not exist: call its own address.
/// </summary>
public sealed class FauxqsServer : IAsyncDisposable
{
    /// <summary>The account that all its queues and topics are of.</summary>
    public const string Account = "000000000000";

    public const string Region = "eu-west-1";

    private ChildProcess _process;

    private FauxqsServer(ChildProcess process, int port) => (_process, Port, Talk) = (process, port, new AwsTalk(port));

    public int Port { get; }

    /// <summary>For AWS_ENDPOINT_URL and its like; without a path.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    public int ProcessId => _process.Id;

    /// <summary>Calls it without signatures, to arrange things and to look at them.</summary>
    public AwsTalk Talk { get; }

    /// <summary>
    /// Starts it empty. Skips the test by name when it, or a Node that runs it, is not installed. From then on this process
    /// has keys to sign with, unless it had some before.
    /// </summary>
    public static async Task<FauxqsServer> StartAsync()
    {
        await NodeTool.RequireAsync("fauxqs", 18);
        if (Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is null)
        {
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        }

        var process = Launch(0);
        return new FauxqsServer(process, await PortOfAsync(process));
    }

    /// <summary>Ends it at once, as a crash would; all that it had is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Signal(Posix.SigKill);
        await _process.ExitAsync();
    }

    /// <summary>Starts it again on the same port, empty.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await _process.DisposeAsync();
        _process = Launch(Port);
        await PortOfAsync(_process);
    }

    public async ValueTask DisposeAsync()
    {
        Talk.Dispose();
        await _process.DisposeAsync();
    }

    private static ChildProcess Launch(int port) => ChildProcess.Start("node", [Path.Combine(Folder(), "server.mjs"), $"{port}"]);

    private static async Task<int> PortOfAsync(ChildProcess process)
    {
        const string Said = "listening on ";
        await Eventually.TrueAsync(() => process.HasExited || process.Stdout.Contains(Said, StringComparison.Ordinal), "fauxqs listens");
        return process.Stdout.StartsWith(Said, StringComparison.Ordinal)
            ? int.Parse(process.Stdout[Said.Length..].TrimEnd(), CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("fauxqs did not start: " + process.Stderr);
    }

    private static string Folder() => RepositoryFolder.Of("tests", "Peers", "fauxqs");
}
