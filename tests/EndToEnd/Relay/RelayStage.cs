using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Relay;

/// <summary>A real relay with a configuration and a state of its own, started, killed and started again.</summary>
internal sealed class RelayStage : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _name;
    private readonly string _configuration;
    private readonly IReadOnlyDictionary<string, string>? _environment;
    private RunningAgent? _relay;
    private string _said = "";

    private RelayStage(string name, string configuration, IReadOnlyDictionary<string, string>? environment)
        => (_name, _configuration, _environment) = (name, configuration, environment);

    /// <summary>Where it takes messages and questions; the same over restarts.</summary>
    public int Port { get; } = FreePort.Next();

    public RunningAgent Relay => _relay.ShouldNotBeNull("the relay is not running");

    public string Config => _folder.Of("relay.yaml");

    /// <param name="configuration">The file without its name, its state and its address.</param>
    public static async Task<RelayStage> StartAsync(string configuration, string name = "relay-1", IReadOnlyDictionary<string, string>? environment = null)
    {
        var stage = new RelayStage(name, configuration, environment);
        await stage.StartAsync();
        return stage;
    }

    /// <summary>Starts it, again on the state it had, and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        _relay = RunningAgent.Of(await AgentProcess.ReadyAsync(await LaunchAsync(), Port), Port);
    }

    /// <summary>Starts it, and waits for nothing but its answer.</summary>
    public static async Task<(RelayStage Stage, ChildProcess Process)> LaunchedAsync(string configuration)
    {
        var stage = new RelayStage("relay-1", configuration, null);
        return (stage, await stage.LaunchAsync());
    }

    /// <summary>What it has said so far, before its restarts, too.</summary>
    public string Said => _said + (_relay?.Log ?? "");

    public async Task KillAsync()
    {
        await Relay.Process.KillHardAsync();
        _said += Relay.Log;
        await Relay.DisposeAsync();
        _relay = null;
    }

    public async Task<int> StopAsync()
    {
        var code = await Relay.Process.TerminateAsync();
        await Relay.DisposeAsync();
        _relay = null;
        return code;
    }

    public async Task<double> SumAsync(string metric, params (string, string)[] labels) => (await Relay.MetricsAsync()).Sum(metric, labels);

    public Task SentAsync(string target, int count) => Eventually.TrueAsync(
        async () => await SumAsync("towncrier_relay_sends_total", ("target", target), ("result", "sent")) >= count, $"{count} messages sent to {target}");

    /// <summary>Waits until so many messages that no broker keeps are on the relay's disk.</summary>
    public Task JournalledAsync(int count) => Eventually.TrueAsync(
        () => Directory.EnumerateFiles(_folder.Of("state"), "journal-*.log").Sum(Accepted) >= count, $"{count} messages are in the journal");

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null) await _relay.DisposeAsync();
        _folder.Dispose();
    }

    private static int Accepted(string file)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(open);
        return reader.ReadToEnd().Split("\"type\":\"accepted\"").Length - 1;
    }

    private async Task<ChildProcess> LaunchAsync()
    {
        await File.WriteAllTextAsync(Config, $"name: {_name}\nlog: text\n{_configuration}\n");
        return TowncrierBinary.Start(["relay", "--config", Config, "--state", _folder.Of("state"), "--listen", $"http://127.0.0.1:{Port}"], _environment);
    }
}
