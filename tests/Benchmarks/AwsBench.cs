using System.Diagnostics;
using System.Text;
using Towncrier.Peers;
using Towncrier.Providers.Aws;

namespace Towncrier.Benchmarks;

/// <summary>
/// SNS and SQS as an emulator plays them on loopback: what our side takes, not what AWS does. The anchor is the least a
/// reader can do, receive ten and delete ten in turn, without signatures, on the same emulator.
/// </summary>
internal sealed class AwsBench(BenchOptions options, Workplace place, Figures figures)
{
    private const string Topic = "bench";
    private const string Queue = "towncrier-bench-host";

    private static readonly Dictionary<string, string> Login = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public async Task RunAsync()
    {
        figures.Begin("aws", "SNS and SQS on an emulator: one process of Node, one thread");
        foreach (var (name, value) in Login) Environment.SetEnvironmentVariable(name, value);
        var count = options.Quick ? 5_000 : 20_000;
        var anchor = await ThroughputAsync("a bare reader: receive and delete in turn", count, (aws, all) => BareAsync(aws, all));
        foreach (var loops in (int[])[1, 2, 4])
        {
            var ours = await ThroughputAsync($"receive and delete, loops: {loops}", count, (aws, all) => ReadAsync(aws, all, loops));
            figures.Add($"loops: {loops}, by the bare reader", ours / anchor, "times");
        }

        await SteadyAsync(options.Quick ? 400 : 2_000);
        await FaultsAsync(options.Quick ? 10_000 : 100_000);
    }

    private async Task<double> ThroughputAsync(string name, int count, Func<FauxqsServer, int, Task> read)
    {
        await using var aws = await FauxqsServer.StartAsync();
        await aws.Talk.CreateQueueAsync(Queue);
        await FillAsync(aws, Enumerable.Range(0, count).Select(i => $$"""{"command":"purge","value":["/{{i}}"]}"""));
        var began = Stopwatch.GetTimestamp();
        await read(aws, count);
        var rate = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        var (ready, hidden) = await aws.Talk.LookAsync(Queue);
        if (ready.Count + hidden.Count > 0) throw new InvalidOperationException($"{ready.Count + hidden.Count} messages are left in the queue");
        figures.Add(name, rate, "messages/s");
        return rate;
    }

    private static async Task BareAsync(FauxqsServer aws, int count)
    {
        for (var read = 0; read < count;)
        {
            var answer = await aws.Talk.SqsAsync("ReceiveMessage", new() { ["QueueUrl"] = "http://127.0.0.1/" + FauxqsServer.Account + "/" + Queue, ["MaxNumberOfMessages"] = 10, ["WaitTimeSeconds"] = 1 });
            var messages = answer["Messages"]!.AsArray();
            var entries = messages.Select((message, i) => (System.Text.Json.Nodes.JsonNode)new System.Text.Json.Nodes.JsonObject { ["Id"] = $"{i}", ["ReceiptHandle"] = (string)message!["ReceiptHandle"]! });
            await aws.Talk.SqsAsync("DeleteMessageBatch", new() { ["QueueUrl"] = "http://127.0.0.1/" + FauxqsServer.Account + "/" + Queue, ["Entries"] = new System.Text.Json.Nodes.JsonArray([.. entries]) });
            read += messages.Count;
        }
    }

    private static async Task ReadAsync(FauxqsServer aws, int count, int loops)
    {
        using var source = new AwsSource(new AwsSourceOptions { Access = Access(aws.Url), Queue = Queue, Loops = loops }, TimeProvider.System, new Random(1));
        await Reader.ReadAsync(source, count, new Ears());
    }

    private async Task SteadyAsync(int count)
    {
        await using var aws = await FauxqsServer.StartAsync();
        await aws.Talk.CreateTopicAsync(Topic);
        var cache = place.Folder("flat");
        CacheFiles.Flat(cache, 0, count);
        var meant = new MeantFiles(count);
        using var folder = new TempFolder();
        await using var agent = await AgentAsync(aws.Url, cache, folder, "queue: auto, fleet: bench");
        using var deletions = new Deletions(cache);
        await using var publisher = new AwsPublisher(new AwsPublisherOptions { Access = Access(aws.Url), Topic = AwsTalk.TopicArn(Topic) }, TimeProvider.System, new Random(1));
        for (var i = 0; i < 1_000; i++) await publisher.PublishAsync(Encoding.UTF8.GetBytes($$"""{"command":"purge","value":["/warm/{{i}}"]}"""), default);
        var began = Stopwatch.GetTimestamp();
        var (sent, sending) = (new long[count], new Task[count]);
        for (var i = 0; i < count; i++)
        {
            while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < i * 5) await Task.Delay(1);
            sent[i] = Stopwatch.GetTimestamp();
            sending[i] = publisher.PublishAsync(Encoding.UTF8.GetBytes(meant.Messages[i]), default);
        }

        await Task.WhenAll(sending);
        var times = meant.Await(deletions, sent, out var lost);
        figures.Add("publish to SNS until purged, 200/s: p50", MeantFiles.Percentile(times, 0.5), "ms");
        figures.Add("publish to SNS until purged, 200/s: p99", MeantFiles.Percentile(times, 0.99), "ms");
        figures.Add("lost", lost, "messages", 0);
        Directory.Delete(cache, recursive: true);
    }

    /// <summary>One of twenty calls fails in one of many ways, and connections are reset: nothing may be lost, and nothing applied twice.</summary>
    private async Task FaultsAsync(int count)
    {
        await using var aws = await FauxqsServer.StartAsync();
        await using var faults = FaultProxy.Start(aws.Port, new Random(20));
        faults.Rate = 0.05;
        await aws.Talk.CreateQueueAsync(Queue, "dead", 50);
        var cache = place.Folder("flat");
        CacheFiles.Flat(cache, 0, count);
        var meant = new MeantFiles(count);
        using var folder = new TempFolder();
        await FillAsync(aws, meant.Messages);
        using var deletions = new Deletions(cache);
        var began = Stopwatch.GetTimestamp();
        await using var agent = await AgentAsync(faults.Url, cache, folder, $"queue: {Queue}, loops: 4, visibility: 5s");
        // What came in an answer that was lost comes again after its visibility.
        var times = meant.Await(deletions, [.. Enumerable.Repeat(began, count)], out var lost, quietSeconds: 20);
        var applied = await agent.SumAsync("towncrier_invalidations_total", "result=\"applied\"");
        var name = $"{count:N0} messages, 5 % of calls failing";
        figures.Add($"{name}: injected", faults.Injected, "faults");
        figures.Add($"{name}: lost", lost, "messages", 0);
        figures.Add($"{name}: applied more than once", applied - count + lost, "messages", 0);
        figures.Add($"{name}: from the agent's start to the last purge", count / (MeantFiles.Percentile(times, 1) / 1000), "messages/s");
        figures.Add($"{name}: the agent's resident memory, at most", agent.Resident().Peak, "MB");
        Directory.Delete(cache, recursive: true);
    }

    private static Task<BenchAgent> AgentAsync(Uri endpoint, string cache, TempFolder folder, string settings) => BenchAgent.StartAsync(
        $$"""aws: {region: {{FauxqsServer.Region}}, topic: "{{AwsTalk.TopicArn(Topic)}}", endpoint: "{{endpoint}}", {{settings}}}""", cache, folder.Path, Login);

    private static AwsAccess Access(Uri endpoint) => new() { Region = FauxqsServer.Region, Endpoint = endpoint };

    private static async Task FillAsync(FauxqsServer aws, IEnumerable<string> bodies)
    {
        foreach (var ten in bodies.Chunk(10)) await aws.Talk.SendAsync(Queue, ten);
    }
}
