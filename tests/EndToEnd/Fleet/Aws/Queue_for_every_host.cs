using System.Text;

namespace Towncrier.EndToEnd.Fleet.Aws;

/// <summary>One publish to SNS purges on every host; each has a queue of its own, and nothing is lost between.</summary>
public sealed class Queue_for_every_host
{
    private static readonly string[] Eight = [.. Enumerable.Range(1, 8).Select(i => $"cache-{i}")];

    [Fact]
    public async Task One_publish_purges_on_eight_agents_and_each_answers()
    {
        await using var fleet = await AwsFleet.StartAsync();
        var pages = Eight.SelectMany(name => (string[])[fleet.Page(name, "/a"), fleet.Page(name, "/b")]).ToList();
        var others = Eight.Select(name => fleet.Page(name, "/other")).ToList();
        await Task.WhenAll(Eight.Chunk(4).Select(async names => { foreach (var name in names) await fleet.StartAgentAsync(name); }));
        (await fleet.Aws.Talk.SubscriptionsAsync(AwsFleet.Topic)).Select(one => one.Endpoint).Order()
            .ShouldBe(Eight.Select(name => AwsTalk.QueueArn(AwsFleet.QueueOf(name))).Order(), "ready means subscribed");
        var (exit, said, words) = await fleet.PublishJsonAsync("--to", "bus", "--url", "/a", "--url", "/b", "--wait", "--expect", "8", "--timeout", "20s");
        exit.ShouldBe(0, words);
        ((int)said["answered"]!, (int)said["matched"]!, (int)said["purged"]!).ShouldBe((8, 16, 16));
        said["hosts"]!.AsArray().Select(host => (string)host!["host"]!).Order().ShouldBe(Eight);
        pages.ShouldAllBe(page => !File.Exists(page));
        others.ShouldAllBe(page => File.Exists(page));
        foreach (var name in Eight)
            await Eventually.TrueAsync(async () => await fleet.Aws.Talk.LookAsync(AwsFleet.QueueOf(name)) is ({ Count: 0 }, { Count: 0 }), $"the queue of {name} is empty");
    }

    [Fact]
    public async Task What_was_published_while_an_agent_was_dead_is_applied_at_its_start()
    {
        // What a killed agent had received comes again after its visibility.
        await using var fleet = await AwsFleet.StartAsync(source: ", visibility: 5s");
        await fleet.StartAgentAsync("cache-1");
        await fleet.GapsAsync("cache-1", 1);
        for (var round = 0; round < 3; round++)
        {
            await fleet.KillAgentAsync("cache-1");
            var pages = Enumerable.Range(0, 50).Select(i => fleet.Page("cache-1", $"/{round}/{i}")).ToList();
            foreach (var i in Enumerable.Range(0, 50)) await fleet.Aws.Talk.PublishAsync(AwsFleet.Topic, AwsFleet.PurgeOf($"/{round}/{i}"));
            await fleet.StartAgentAsync("cache-1");
            await AwsFleet.GoneAsync(pages);
            await fleet.GapsAsync("cache-1", 0);
        }

        await Eventually.TrueAsync(async () => await fleet.Aws.Talk.LookAsync(AwsFleet.QueueOf("cache-1")) is ({ Count: 0 }, { Count: 0 }), "the queue is empty");
    }

    [Fact]
    public async Task What_is_not_a_message_ends_in_the_dead_letter_queue_and_holds_nobody_up()
    {
        await using var fleet = await AwsFleet.StartAsync();
        await fleet.StartAgentAsync("cache-1");
        var all = MalformedMessages.All.Select(one => (one.Name, Body: TextOf(one.Body))).Where(one => one.Body.Length > 0).ToList();
        all.Count.ShouldBeGreaterThanOrEqualTo(40);
        var before = 0;
        foreach (var (i, (name, body)) in all.Index())
        {
            var page = fleet.Page("cache-1", $"/after/{i}");
            await fleet.Aws.Talk.SendAsync(AwsFleet.QueueOf("cache-1"), [body, AwsFleet.PurgeOf($"/after/{i}")]);
            await AwsFleet.GoneAsync([page]);
            await Eventually.TrueAsync(async () => await RefusedAsync() == before + 1, $"{name} is refused once");
            before++;
        }

        var dead = (await fleet.Aws.Talk.QueueAttributesAsync(AwsFleet.QueueOf("cache-1")))["RedrivePolicy"];
        var letters = System.Text.Json.Nodes.JsonNode.Parse(dead)!["deadLetterTargetArn"]!.ToString().Split(':')[^1];
        await Eventually.TrueAsync(async () => (await fleet.Aws.Talk.LookAsync(letters)).Ready.Count == all.Count, "every one is in the dead-letter queue");
        (await RefusedAsync()).ShouldBe(all.Count, "each was counted once, however often SQS handed it out");

        async Task<double> RefusedAsync() => await fleet.SumAsync("cache-1", "towncrier_refusals_total", ("source", AwsFleet.LabelOf("cache-1")));
    }

    [Fact]
    public async Task A_queue_that_is_deleted_under_an_agent_is_made_again_and_that_is_a_gap()
    {
        await using var fleet = await AwsFleet.StartAsync(source: ", on_gap: expire, wait: 1s");
        await fleet.StartAgentAsync("cache-1");
        await fleet.GapsAsync("cache-1", 1);
        await fleet.Aws.Talk.DeleteQueueAsync(AwsFleet.QueueOf("cache-1"));
        await fleet.GapsAsync("cache-1", 2);
        await Eventually.TrueAsync(async () => await fleet.SumAsync("cache-1", "towncrier_source_connected", ("source", AwsFleet.LabelOf("cache-1"))) == 1, "it is connected again");
        var page = fleet.Page("cache-1", "/a");
        await fleet.Aws.Talk.PublishAsync(AwsFleet.Topic, AwsFleet.PurgeOf("/a"));
        await AwsFleet.GoneAsync([page]);
    }

    [Fact]
    public async Task What_was_cached_before_the_queue_was_made_is_expired_when_the_operator_says_so()
    {
        await using var fleet = await AwsFleet.StartAsync(source: ", on_gap: expire");
        var page = fleet.Page("cache-1", "/a");
        await fleet.StartAgentAsync("cache-1");
        await Eventually.TrueAsync(async () => (await fleet["cache-1"].GetAsync("/v1/entries?uri=/a")).Json["entries"]?[0]?["state"]?.ToString() == "stale", "the page is stale");
        File.Exists(page).ShouldBeTrue();
    }

    /// <summary>What SQS would take of it; empty when it would not.</summary>
    private static string TextOf(byte[] body)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
            return text.Length <= 256 * 1024 && text.All(c => c is '\t' or '\n' or '\r' or >= ' ' and not '\ufffe' and not '\uffff') ? text : "";
        }
        catch (ArgumentException)
        {
            return "";
        }
    }
}
