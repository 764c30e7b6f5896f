using System.Net;
using System.Net.Sockets;

namespace Towncrier.Peers;

/// <summary>A real varnishd of our own on a free loopback port, its working directory in a temporary folder.</summary>
public sealed class VarnishServer : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private ChildProcess _process;

    private VarnishServer(TempFolder folder, ChildProcess process, int port)
        => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public int ProcessId => _process.Id;

    /// <summary>Starts it with a VCL. Skips the test by name when it, or its vmod xkey, is not installed.</summary>
    public static async Task<VarnishServer> StartAsync(string vcl)
    {
        if (!File.Exists("/usr/sbin/varnishd")) Assert.Skip("varnishd is not installed (Debian: varnish)");
        if (vcl.Contains("import xkey", StringComparison.Ordinal) && !Directory.EnumerateFiles("/usr/lib", "libvmod_xkey.so", SearchOption.AllDirectories).Any())
            Assert.Skip("varnish's vmod xkey is not installed (Debian: varnish-modules)");
        for (var attempt = 1; ; attempt++)
        {
            var folder = new TempFolder();
            await File.WriteAllTextAsync(folder.Of("test.vcl"), vcl);
            var port = FreePort.Next();
            var server = new VarnishServer(folder, Launch(folder, port), port);
            if (await server.AnswersAsync()) return server;
            var said = server._process.Stdout + server._process.Stderr;
            await server.DisposeAsync();
            if (attempt == 3 || !said.Contains("in use", StringComparison.Ordinal)) throw new InvalidOperationException("varnishd did not start: " + said);
        }
    }

    /// <summary>Ends it at once; what it held in memory is gone.</summary>
    public async Task KillAsync()
    {
        var children = Posix.ChildrenOf(_process.Id);
        if (!_process.HasExited) _process.Signal(Posix.SigKill);
        await _process.ExitAsync();
        foreach (var child in children) Posix.Signal(child, Posix.SigKill);
    }

    /// <summary>Starts it again, empty, on the same port with the same VCL; it must have ended.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Launch(_folder, Port);
        if (!await AnswersAsync()) throw new InvalidOperationException("varnishd did not start again: " + _process.Stdout + _process.Stderr);
    }

    public void Freeze() => Tell(Posix.SigStop);

    public void Thaw() => Tell(Posix.SigCont);

    public async ValueTask DisposeAsync()
    {
        // SIGTERM lets the manager end its child; what is left after the deadline is killed by id.
        if (!_process.HasExited) _process.Signal(Posix.SigTerm);
        try
        {
            await _process.ExitAsync(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            Thaw();
        }

        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static ChildProcess Launch(TempFolder folder, int port) => ChildProcess.Start(
        "/usr/sbin/varnishd",
        ["-F", "-n", folder.Of("work"), "-a", $"127.0.0.1:{port}", "-f", folder.Of("test.vcl"), "-s", "malloc,16m", "-T", "none", "-j", "none", "-p", "ban_lurker_age=1", "-p", "thread_pool_min=5"]);

    private void Tell(int signal)
    {
        foreach (var child in Posix.ChildrenOf(_process.Id)) Posix.Signal(child, signal);
    }

    private async Task<bool> AnswersAsync()
    {
        var answers = false;
        await Eventually.TrueAsync(async () => _process.HasExited || (answers = await ConnectsAsync()), "varnishd answers", TimeSpan.FromSeconds(60));
        return answers && !_process.HasExited;
    }

    private async Task<bool> ConnectsAsync()
    {
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
