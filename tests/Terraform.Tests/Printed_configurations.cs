using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.Terraform.Tests;

/// <summary>What terraform prints to be pasted is what the program takes, read by the program itself.</summary>
public sealed class Printed_configurations
{
    [Fact]
    public async Task Are_accepted_as_they_are()
    {
        await using var stage = new TerraformStage("modules/aws-region");
        await stage.InitAsync();
        var runs = await stage.PlannedOutputsAsync("tests/outputs.tftest.hcl");
        runs.Count.ShouldBe(3);
        foreach (var (run, outputs) in runs)
        {
            foreach (var (host, config) in outputs["agent_config"]!.AsObject())
                await AcceptedAsync($"{run}, {host}", Text(config), $"name: '{host}'");
            await AcceptedAsync($"{run}, autoscaling", Text(outputs["autoscaling_agent_config"]), "fleet: 'www'");
        }

        var printed = runs["printed_configurations"];
        await AcceptedAsync("web-1", Text(printed["agent_config"]!["web-1"]), "path: '/var/cache/nginx/site'");
        await AcceptedAsync("cache.eu.2", Text(printed["agent_config"]!["cache.eu.2"]), "path: '/srv/cache'");

        // A publisher needs no cache, and a configuration that is checked does.
        await AcceptedAsync("publisher", "caches: [{ path: /srv/cache, key: $host$uri }]\n" + Text(printed["publisher_config"]), "towncrier-www");
    }

    private static string Text(JsonNode? node) => (string)node!;

    /// <param name="holds">What the program has to have understood.</param>
    private static async Task AcceptedAsync(string whose, string config, string holds)
    {
        using var folder = new TempFolder();
        var file = folder.Of("towncrier.yaml");
        await File.WriteAllTextAsync(file, config, TestContext.Current.CancellationToken);
        await using var check = TowncrierBinary.Start(["config", "check", "--config", file]);
        var code = await check.ExitAsync();
        code.ShouldBe(0, $"{whose}:\n{config}\n{check.Stderr}");
        check.Stdout.ShouldContain(holds, Case.Sensitive, whose);
    }
}
