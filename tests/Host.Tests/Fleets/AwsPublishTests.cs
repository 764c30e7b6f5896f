using System.Text;
using System.Text.Json.Nodes;
using Towncrier.Peers;
using Towncrier.Wire;

namespace Towncrier.Host.Tests.Fleets;

public class AwsPublishTests
{
    [Fact]
    public async Task A_message_is_published_to_the_topic()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        var (exit, output, error) = await AwsSite.RunAsync("publish", "--config", site.Config, "--to", "bus", "--tag", "article-42");
        (exit, error).ShouldBe((0, ""));
        output.ShouldContain("published to aws:news");
        var message = JsonNode.Parse((await site.Talk.LookAsync("towncrier-www-cache-1")).Ready.ShouldHaveSingleItem())!;
        ((string)message["command"]!, (string)message["value"]![0]!).ShouldBe(("xkey", "article-42"));
    }

    [Fact]
    public async Task Receipts_are_read_and_those_of_other_publications_are_handed_back()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        await site.Talk.SendAsync("answers", [Answer("cache-1", "another"), "not a receipt"]);
        var publishing = AwsSite.RunAsync("publish", "--config", site.Config, "--tag", "x", "--wait", "--expect", "2", "--timeout", "20s", "--json", "--to", "bus");
        var id = await PublishedAsync(site);
        await site.Talk.SendAsync("answers", [Answer("cache-1", id), Answer("cache-3", "another"), Answer("cache-2", id)]);

        var (exit, output, error) = await publishing;
        (exit, error).ShouldBe((0, ""));
        JsonNode.Parse(output)!["hosts"]!.AsArray().Select(host => (string)host!["host"]!).ShouldBe(["cache-1", "cache-2"]);
        string[] others = [Answer("cache-1", "another"), Answer("cache-3", "another"), "not a receipt"];
        (await site.ReceivableAsync("answers", others.Length)).ShouldBe(others.Order(StringComparer.Ordinal));
        var (ready, hidden) = await site.Talk.LookAsync("answers");
        (ready.Count + hidden.Count).ShouldBe(others.Length, "its own are deleted");
    }

    [Fact]
    public async Task Publishers_that_wait_at_once_each_get_their_own_receipts()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        var publishing = Enumerable.Range(0, 4).Select(i => AwsSite.RunAsync("publish", "--config", site.Config, "--tag", $"t{i}", "--wait", "--expect", "cache-1", "--timeout", "20s", "--to", "bus")).ToList();
        await Eventually.TrueAsync(async () => (await site.Talk.LookAsync("towncrier-www-cache-1")).Ready.Count == 4, "all are published");
        var ids = (await site.Talk.LookAsync("towncrier-www-cache-1")).Ready.Select(message => (string)JsonNode.Parse(message)!["id"]!);
        await site.Talk.SendAsync("answers", ids.Select(id => Answer("cache-1", id)));
        foreach (var (exit, output, error) in await Task.WhenAll(publishing)) (exit, output.StartsWith("applied on 1 of 1 hosts", StringComparison.Ordinal)).ShouldBe((0, true), error);
        await Eventually.TrueAsync(async () => await site.Talk.LookAsync("answers") is { Ready.Count: 0, Hidden.Count: 0 }, "each receipt is deleted by who waited for it");
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_is_deleted()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        await site.Talk.SendAsync("answers", [Answer("cache-1", "another"), "not a receipt"]);
        (await AwsSite.RunAsync("publish", "--config", site.Config, "--tag", "x", "--wait", "--expect", "1", "--timeout", "1s", "--to", "bus")).Exit.ShouldBe(4);
        (await site.ReceivableAsync("answers", 2)).Count.ShouldBe(2, "they are handed back, for they are new");
        (await AwsSite.RunAsync(new LaterClock(), "publish", "--config", site.Config, "--tag", "x", "--wait", "--expect", "1", "--timeout", "2s", "--to", "bus")).Exit.ShouldBe(4);
        await Eventually.TrueAsync(async () => await site.Talk.LookAsync("answers") is { Ready.Count: 0, Hidden.Count: 0 }, "an hour later they are of no use");
    }

    [Fact]
    public async Task A_receipts_queue_that_is_not_there_is_told_before_anything_is_published()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        await site.Talk.DeleteQueueAsync("answers");
        var (exit, _, error) = await AwsSite.RunAsync("publish", "--config", site.Config, "--tag", "x", "--wait", "--expect", "1", "--to", "bus");
        exit.ShouldBe(3);
        error.ShouldContain("no queue answers in eu-west-1");
        (await site.Talk.LookAsync("towncrier-www-cache-1")).Ready.ShouldBeEmpty();
    }

    [Fact]
    public async Task Receipts_that_cannot_be_received_are_told_before_anything_is_published()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        var config = await File.ReadAllTextAsync(site.Config, TestContext.Current.CancellationToken);
        // A URL is not asked for, so the receive is the first to say that there is no queue.
        await File.WriteAllTextAsync(site.Config, config.Replace("queue: answers", $"queue: \"{site.Aws.Url}{FauxqsServer.Account}/gone\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var (exit, _, error) = await AwsSite.RunAsync("publish", "--config", site.Config, "--tag", "x", "--wait", "--expect", "1", "--to", "bus");
        exit.ShouldBe(3);
        error.ShouldContain("sqs:ReceiveMessage");
        (await site.Talk.LookAsync("towncrier-www-cache-1")).Ready.ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_values_are_cut_into_messages_that_the_topic_takes_signed_too()
    {
        await using var site = await AwsSite.StartAsync();
        await site.HostAsync("cache-1", TimeSpan.Zero);
        var secret = Path.Combine(site.State, "secret");
        await File.WriteAllTextAsync(secret, new string('s', 32), TestContext.Current.CancellationToken);
        var tags = Enumerable.Range(0, 9_500).SelectMany(i => (string[])["--tag", $"{i:0000}{new string('x', 36)}"]);
        var (exit, output, error) = await AwsSite.RunAsync(["publish", "--config", site.Config, "--to", "bus", "--sign-key", "k", "--secret-file", secret, .. tags]);
        (exit, error).ShouldBe((0, ""));
        output.ShouldContain("2 messages published");
        (await site.Talk.LookAsync("towncrier-www-cache-1")).Ready.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_waits_for_longer_than_a_day()
    {
        await using var site = await AwsSite.StartAsync();
        var (exit, _, error) = await AwsSite.RunAsync("publish", "--config", site.Config, "--tag", "x", "--wait", "--timeout", "60d", "--to", "bus");
        exit.ShouldBe(2);
        error.ShouldContain("--timeout: '60d' is not a duration such as 5s, of at most 1d");
    }

    [Theory]
    [InlineData("--channel", "c")]
    [InlineData("--stream", "s")]
    [InlineData("--receipts", "r")]
    public async Task The_flags_of_redis_are_refused(string flag, string value)
    {
        await using var site = await AwsSite.StartAsync();
        var (exit, _, error) = await AwsSite.RunAsync("publish", "--config", site.Config, "--to", "bus", "--tag", "x", flag, value);
        exit.ShouldBe(2);
        error.ShouldContain($"{flag}: this is for a redis, and messages are sent to aws: {AwsSite.Topic}");
    }

    private static string Answer(string host, string id) => Encoding.UTF8.GetString(ReceiptJson.Encode(new Receipt { Id = id, Host = host, State = InvalidationState.Applied, Matched = 1, Purged = 1, At = DateTimeOffset.UnixEpoch }));

    /// <summary>More than an hour ahead.</summary>
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(61);
    }

    private static async Task<string> PublishedAsync(AwsSite site)
    {
        await Eventually.TrueAsync(async () => (await site.Talk.LookAsync("towncrier-www-cache-1")).Ready.Count > 0, "it is published");
        return (string)JsonNode.Parse((await site.Talk.LookAsync("towncrier-www-cache-1")).Ready[0])!["id"]!;
    }
}
