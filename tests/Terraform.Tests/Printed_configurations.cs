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
                await AcceptedAsync($"{run}, {host}", (string)config!, $"name: '{host}'");
            await AcceptedAsync($"{run}, autoscaling", (string)outputs["autoscaling_agent_config"]!, "fleet: 'www'");
        }
    }

    [Fact]
    public async Task Of_publishers_are_accepted_beside_a_cache()
    {
        await using var stage = new TerraformStage("modules/aws-region");
        await stage.InitAsync();
        var outputs = (await stage.PlannedOutputsAsync("tests/outputs.tftest.hcl"))["printed_configurations"];
        var config = "caches:\n  - path: /var/cache/nginx/site\n    key: $host$request_uri\n" + (string)outputs["publisher_config"]!;
        await AcceptedAsync("publisher", config, "towncrier-www");
    }

    [Fact]
    public async Task Take_the_caches_of_their_host()
    {
        await using var stage = new TerraformStage("modules/aws-region");
        await stage.InitAsync();
        var outputs = (await stage.PlannedOutputsAsync("tests/outputs.tftest.hcl"))["printed_configurations"];
        var configs = outputs["agent_config"]!.AsObject();
        await AcceptedAsync("web-1", Text(configs["web-1"]), "path: '/var/cache/nginx/site'");
        await AcceptedAsync("cache.eu:2", Text(configs["cache.eu:2"]), "path: '/srv/cache'");
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
