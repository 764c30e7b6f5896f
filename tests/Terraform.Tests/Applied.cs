using System.Text.Json.Nodes;

namespace Towncrier.Terraform.Tests;

/// <summary>The example for one region, applied to an emulator of SNS and SQS. It has no IAM, KMS and CloudWatch: those are off.</summary>
public sealed class Applied
{
    [Fact]
    public async Task Delivers_without_drift_and_leaves_nothing()
    {
        TerraformTool.Require();
        await using var aws = await FauxqsServer.StartAsync();
        await using var stage = new TerraformStage("examples/single-region", aws.Url);
        await stage.InitAsync(new JsonObject
        {
            ["hosts"] = new JsonObject { ["web-1"] = new JsonObject(), ["web.2"] = new JsonObject() },
            ["alarms"] = new JsonObject { ["enabled"] = false },
        });

        await stage.ApplyAsync();
        var outputs = await stage.OutputsAsync();
        ((string)outputs["topic_arn"]!).ShouldBe(AwsTalk.TopicArn("towncrier-www"));
        ((string)outputs["agent_config"]!["web.2"]!).ShouldContain("queue: \"towncrier-www-web-2\"");

        await aws.Talk.PublishAsync("towncrier-www", """{"command":"purge","value":["/"]}""");
        foreach (var queue in (string[])["towncrier-www-web-1", "towncrier-www-web-2"])
        {
            await Eventually.TrueAsync(async () => (await aws.Talk.LookAsync(queue)).Ready.Count == 1, $"{queue} has the message");
            (await aws.Talk.LookAsync(queue)).Ready.ShouldBe(["""{"command":"purge","value":["/"]}"""], "raw, without an envelope");
            (await aws.Talk.QueueTagsAsync(queue))["towncrier:made-by"].ShouldBe("terraform");
        }

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
