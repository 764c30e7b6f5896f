using System.Text.Json.Nodes;

namespace Towncrier.Terraform.Tests;

/// <summary>
/// From <c>terraform apply</c> to a page that is gone: the example for one region on an emulator of SNS and SQS, which has
/// no IAM, KMS and CloudWatch (those are off); agents with the configuration it prints, in front of real nginx caches.
/// </summary>
public sealed class Applied
{
    private static readonly Dictionary<string, string> Hosts = new() { ["web-1"] = "towncrier-www-web-1", ["web.2"] = "towncrier-www-web-2" };

    [Fact]
    public async Task One_publish_by_the_aws_command_line_purges_on_both_hosts_without_drift_and_nothing_is_left_afterwards()
    {
        TerraformTool.Require();
        await using var aws = await FauxqsServer.StartAsync();
        await using var stage = new TerraformStage("examples/single-region", aws.Url);
        await stage.InitAsync(new JsonObject
        {
            ["hosts"] = new JsonObject(Hosts.Keys.Select(host => KeyValuePair.Create(host, (JsonNode?)new JsonObject()))),
            ["alarms"] = new JsonObject { ["enabled"] = false },
        });

        await stage.ApplyAsync();
        var outputs = await stage.OutputsAsync();
        var topic = (string)outputs["topic_arn"]!;
        topic.ShouldBe(AwsTalk.TopicArn("towncrier-www"));
        foreach (var queue in Hosts.Values) (await aws.Talk.QueueTagsAsync(queue))["towncrier:made-by"].ShouldBe("terraform");

        await using (var first = await ProvisionedHost.StartAsync((string)outputs["agent_config"]!["web-1"]!, aws.Url))
        await using (var second = await ProvisionedHost.StartAsync((string)outputs["agent_config"]!["web.2"]!, aws.Url))
        {
            foreach (var host in (ProvisionedHost[])[first, second]) await host.FillAsync("/news", "/about");
            await AwsCli.RunAsync(aws.Url, "sns", "publish", "--topic-arn", topic, "--message", """{"command":"purge","value":["/news"]}""");
            foreach (var host in (ProvisionedHost[])[first, second])
            {
                await host.BecomesAsync("/news", "MISS");
                (await host.SeenAsync("/about")).ShouldBe("HIT");
            }

            foreach (var queue in Hosts.Values)
                await Eventually.TrueAsync(async () => await aws.Talk.LookAsync(queue) is ({ Count: 0 }, { Count: 0 }), $"{queue} is empty: what was applied was deleted");
        }

        await aws.Talk.PublishAsync("towncrier-www", """{"command":"purge","value":["/"]}""");
        foreach (var queue in Hosts.Values)
            await Eventually.TrueAsync(async () => (await aws.Talk.LookAsync(queue)).Ready is ["""{"command":"purge","value":["/"]}"""], $"{queue} keeps the message for a host that is down, raw");

        var (changes, words) = await stage.PlanAsync();
        changes.ShouldBeFalse(words);
        await stage.DestroyAsync();
        (await stage.StateAsync()).ShouldBeEmpty();
        var queues = await aws.Talk.SqsAsync("ListQueues", []);
        (queues["QueueUrls"]?.AsArray() ?? []).Select(url => (string)url!).ShouldBeEmpty();
        var topics = await aws.Talk.SnsAsync("ListTopics");
        topics.Descendants().Where(one => one.Name.LocalName == "TopicArn").Select(one => one.Value).ShouldBeEmpty();
    }
}
