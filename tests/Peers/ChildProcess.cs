using System.Diagnostics;
using System.Text;

namespace Towncrier.Peers;

/// <summary>One process we started: its output so far, signals to it alone, and its exit code with a deadline.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly StringBuilder _stdout = new();
    private readonly StringBuilder _stderr = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What the process has written to its standard output so far, by whole lines.</summary>
    public string Stdout => Snapshot(_stdout);

    /// <summary>What the process has written to its standard error so far, by whole lines.</summary>
    public string Stderr => Snapshot(_stderr);

    /// <summary>Starts <paramref name="file"/> with our environment plus <paramref name="environment"/>; its input is empty.</summary>
    public static ChildProcess Start(
        string file, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo(file, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        var child = new ChildProcess(new Process { StartInfo = info });
        child._process.OutputDataReceived += (_, line) => child.Append(child._stdout, line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Append(child._stderr, line.Data);
        child._process.Start();
        child._process.StandardInput.Close();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    public void Signal(int signal) => Posix.Signal(Id, signal);

    /// <summary>Waits for the end and for the last line of output; 128 + the signal when it was killed.</summary>
    /// <exception cref="TimeoutException">Still running after <paramref name="deadline"/>.</exception>
    public async Task<int> ExitAsync(TimeSpan? deadline = null)
    {
        using var limit = new CancellationTokenSource(deadline ?? Eventually.Deadline);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"process {Id} ({_process.StartInfo.FileName}) did not end; stderr: {Stderr}");
        }
        return _process.ExitCode;
    }

    /// <summary>Kills the process and its direct children if it still runs, by their ids.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            var children = Posix.ChildrenOf(Id);
            Signal(Posix.SigKill);
            foreach (var child in children)
                Posix.Signal(child, Posix.SigKill);
            await ExitAsync();
        }
        _process.Dispose();
    }

    private void Append(StringBuilder to, string? line)
    {
        if (line is null)
            return;
        lock (_gate)
            to.Append(line).Append('\n');
    }

    private string Snapshot(StringBuilder from)
    {
        lock (_gate)
            return from.ToString();
    }
}
