using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towncrier.EndToEnd.Support;

namespace Towncrier.Terraform.Tests;

/// <summary>What terraform prints to be pasted is what the program takes, read by the program itself.</summary>
public sealed class Printed_configurations
{
    // A publisher needs no cache, and an agent's configuration that is checked does.
    private const string Cache = "caches: [{ path: /srv/cache, key: $host$uri }]\n";

    [Fact]
    public async Task Of_aws_are_accepted_as_they_are()
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

        await AcceptedAsync("publisher", Cache + Text(printed["publisher_config"]), "towncrier-www");
    }

    [Fact]
    public async Task Of_azure_are_accepted_as_they_are()
    {
        await using var stage = new TerraformStage("modules/azure-region");
        await stage.InitAsync();
        var runs = await stage.PlannedOutputsAsync("tests/outputs.tftest.hcl");
        runs.Count.ShouldBe(4);
        foreach (var (run, outputs) in runs)
        {
            foreach (var (host, config) in outputs["agent_config"]!.AsObject())
                await AcceptedAsync($"{run}, {host}", Text(config), "topic: 'towncrier-www'");
            await AcceptedAsync($"{run}, autoscaling", Text(outputs["autoscaling_agent_config"]), "subscription: 'auto'");
            await AcceptedAsync($"{run}, publisher", Cache + Text(outputs["publisher_config"]), "publishers:");
        }

        var filtered = Text(runs["printed_without_receipts_with_a_filter_and_in_another_cloud"]["autoscaling_agent_config"]);
        foreach (var setting in (string[])["filter: 'towncrier_host = ''www.example.org'' OR towncrier_host IS NULL'", "lock: 2m", "most_deliveries: 3", "retention: 36h"])
            await AcceptedAsync("filtered", filtered, setting);
    }

    [Theory]
    [InlineData("web-1")]
    [InlineData("cache-eu-west-1a-0123456789.internal.example.org")]
    public async Task An_agent_comes_to_the_name_of_the_subscription_that_terraform_makes(string host)
    {
        await using var stage = new TerraformStage("modules/azure-region");
        await stage.InitAsync();
        var runs = await stage.PlannedOutputsAsync("tests/outputs.tftest.hcl");
        var outputs = runs.Values.First(outputs => outputs["agent_config"]!.AsObject().ContainsKey(host));
        var made = Regex.Match(Text(outputs["agent_config"]![host]), "subscription: \"(.*)\"").Groups[1].Value;
        // As JSON the program names the place it reads, and so the subscription it would make.
        await AcceptedAsync(host, $"name: {host}\n" + Text(outputs["autoscaling_agent_config"]), $"/towncrier-www/{made}\"", "--json");
    }

    [Fact]
    public async Task Of_both_clouds_are_accepted_and_so_is_the_relays()
    {
        await using var stage = new TerraformStage("examples/multi-cloud");
        await stage.InitAsync();
        var outputs = (await stage.PlannedOutputsAsync("tests/plan.tftest.hcl"))["the_relay_reads_each_bus_and_publishes_to_the_other"];
        foreach (var (host, config) in outputs["agent_config"]!.AsObject()) await AcceptedAsync(host, Text(config), $"name: '{host}'");
        var relay = Text(outputs["relay_config"]);
        foreach (var route in (string[])["- from: ['aws']\n    to: ['azure']\n", "- from: ['azure_service_bus']\n    to: ['aws']\n"])
            await AcceptedAsync("relay", relay, route);
    }

    private static string Text(JsonNode? node) => (string)node!;

    /// <param name="holds">What the program has to have understood.</param>
    private static async Task AcceptedAsync(string whose, string config, string holds, params string[] flags)
    {
        using var folder = new TempFolder();
        var file = folder.Of("towncrier.yaml");
        await File.WriteAllTextAsync(file, config, TestContext.Current.CancellationToken);
        await using var check = TowncrierBinary.Start(["config", "check", "--config", file, .. flags]);
        var code = await check.ExitAsync();
        code.ShouldBe(0, $"{whose}:\n{config}\n{check.Stderr}");
        check.Stdout.ShouldContain(holds, Case.Sensitive, whose);
    }
}
