using System.Text.Json.Nodes;

namespace Towncrier.Terraform.Tests;

/// <summary>The example for several regions, applied to an emulator that keeps regions apart.</summary>
public sealed class Applied_to_two_regions
{
    [Fact]
    public async Task A_message_to_one_topic_reaches_each_queue_once()
    {
        TerraformTool.Require();
        await using var aws = await FauxqsServer.StartAsync();
        await using var stage = new TerraformStage("examples/multi-region", aws.Url);
        await stage.InitAsync(new JsonObject
        {
            ["europe_hosts"] = new JsonArray("eu-1"),
            ["america_hosts"] = new JsonArray("us-1"),
            ["alarms"] = new JsonObject { ["enabled"] = false },
        });

        await stage.ApplyAsync();
        await aws.Talk.PublishAsync("towncrier-www", "from Europe");
        foreach (var queue in (string[])["towncrier-www-eu-1", "towncrier-www-us-1"])
        {
            await Eventually.TrueAsync(async () => (await aws.Talk.LookAsync(queue)).Ready.Count > 0, $"{queue} has the message");
            (await aws.Talk.LookAsync(queue)).Ready.ShouldBe(["from Europe"]);
        }

        var (changes, words) = await stage.PlanAsync();
        changes.ShouldBeFalse(words);
        await stage.DestroyAsync();
        (await stage.StateAsync()).ShouldBeEmpty();
    }
}
