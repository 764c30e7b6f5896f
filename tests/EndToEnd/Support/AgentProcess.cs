namespace Towncrier.EndToEnd.Support;

/// <summary>A running `towncrier agent`: the real binary in a process of its own.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private AgentProcess(ChildProcess process) => _process = process;

    public int Id => _process.Id;

    public string Stdout => _process.Stdout;

    public string Stderr => _process.Stderr;

    /// <summary>
    /// Runs `towncrier agent <paramref name="args"/>` and returns once GET /readyz answers 200 on loopback port
    /// <paramref name="adminPort"/>, which the arguments or their configuration file must have made it listen on.
    /// </summary>
    /// <exception cref="InvalidOperationException">It ended before it was ready; the message holds what it said.</exception>
    public static Task<AgentProcess> StartAsync(
        int adminPort, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null) =>
        ReadyAsync(TowncrierBinary.Start(["agent", .. args], environment), adminPort);

    /// <summary>Takes over an agent that somebody started, and returns once it is ready.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static async Task<AgentProcess> ReadyAsync(ChildProcess process, int adminPort)
    {
        var agent = new AgentProcess(process);
        try
        {
            using var probe = new HttpProbe(adminPort);
            await Eventually.TrueAsync(() => agent.IsReadyAsync(probe), "the agent is ready");
            return agent;
        }
        catch (Exception problem)
        {
            var said = agent.Stdout + agent.Stderr;
            await agent.DisposeAsync();
            throw new InvalidOperationException($"the agent did not become ready ({problem.Message}): {said}", problem);
        }
    }

    /// <summary>SIGKILL: nothing in the agent runs any more. Waits until the kernel has reaped it.</summary>
    public Task<int> KillHardAsync() => EndAsync(Posix.SigKill);

    /// <summary>SIGTERM, then the exit code.</summary>
    /// <exception cref="TimeoutException">It had not ended after <see cref="Eventually.Deadline"/>.</exception>
    public Task<int> TerminateAsync() => EndAsync(Posix.SigTerm);

    /// <summary>Any other signal, such as <see cref="Posix.SigStop"/>.</summary>
    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>Waits until a line of standard error (the log) holds <paramref name="text"/>.</summary>
    public Task SaidAsync(string text) =>
        Eventually.TrueAsync(() => Stderr.Contains(text, StringComparison.Ordinal), $"the agent says \"{text}\"");

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<bool> IsReadyAsync(HttpProbe probe)
    {
        if (_process.HasExited)
            throw new InvalidOperationException("it exited with " + await _process.ExitAsync());
        try
        {
            return (await probe.GetAsync("/readyz")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<int> EndAsync(int signal)
    {
        _process.Signal(signal);
        return await _process.ExitAsync();
    }
}
