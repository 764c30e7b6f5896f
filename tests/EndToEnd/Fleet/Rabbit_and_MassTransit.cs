using Towncrier.EndToEnd.Contract;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Fleet;

/// <summary>The real binary on a real RabbitMQ; and without one, as if there were no MassTransit.</summary>
public sealed class Rabbit_and_MassTransit
{
    [Fact]
    public async Task What_is_published_is_applied_and_answered_and_no_password_is_seen()
    {
        await using var rabbit = await RabbitServer.StartAsync();
        using var folder = new TempFolder();
        var config = folder.Of("towncrier.yaml");
        var port = FreePort.Next();
        await File.WriteAllTextAsync(folder.Of("password"), RabbitServer.Password, TestContext.Current.CancellationToken);
        var broker = $"rabbitmq: \"amqp://{RabbitServer.User}@127.0.0.1:{rabbit.Port}\", password_file: \"{folder.Of("password")}\"";
        await File.WriteAllTextAsync(config, $$"""
            name: cache-1
            caches: [{ path: {{folder.Make("cache")}} }]
            state: {{folder.Of("state")}}
            sources: [{ http: { listen: "http://127.0.0.1:{{port}}" } }, { masstransit: { {{broker}} } }]
            publishers: { bus: { masstransit: { {{broker}} } } }
            receipts: { masstransit: { {{broker}} } }
            """, TestContext.Current.CancellationToken);
        await using var agent = RunningAgent.Of(await AgentProcess.StartAsync(port, ["--config", config, "--log", "text"]), port);
        var run = await Cli.RunAsync("publish", "--config", config, "--to", "bus", "--url", "/a", "--wait", "--expect", "cache-1", "--timeout", "20s");
        run.ExitCode.ShouldBe(0, run.Stderr);
        run.Stdout.ShouldStartWith("applied on 1 of 1 hosts in ");
        Maps(agent).ShouldContain("/MassTransit.dll");
        await rabbit.KillAsync();
        run = await Cli.RunAsync("publish", "--config", config, "--to", "bus", "--url", "/a");
        run.ExitCode.ShouldBe(3, run.Stdout);
        run.Stderr.ShouldContain("check the address, and that the broker runs");
        (run.Stderr + agent.Log).ShouldNotContain(RabbitServer.Password);
    }

    [Fact]
    public async Task An_agent_without_the_section_loads_nothing_of_MassTransit()
    {
        using var folder = new TempFolder();
        await using var agent = await RunningAgent.StartAsync(folder, folder.Make("cache"));
        Maps(agent).ShouldContain("/towncrier.dll");
        Maps(agent).ShouldNotContain("MassTransit");
        Maps(agent).ShouldNotContain("RabbitMQ");
    }

    // The runtime maps each assembly that it loads.
    private static string Maps(RunningAgent agent) => File.ReadAllText($"/proc/{agent.Process.Id}/maps");
}
