using System.Text.Json.Nodes;
using Towncrier.Peers;

namespace Towncrier.Host.Tests.Fleets;

/// <summary>An emulator with the topic <c>news</c>, and the configuration of an agent on it; commands run in this process.</summary>
internal sealed class AwsSite : IAsyncDisposable
{
    private readonly TempDirectory _temp = new();

    private AwsSite(FauxqsServer aws)
    {
        Aws = aws;
        State = Directory.CreateDirectory(Path.Combine(_temp.Path, "state")).FullName;
        Config = _temp.Write("towncrier.yaml", $$"""
            name: cache-1
            caches: [{ path: {{_temp.Path}}/cache }]
            state: {{State}}
            sources: [{ aws: { topic: "{{Topic}}", queue: auto, fleet: www, endpoint: "{{aws.Url}}", wait: 0s } }]
            publishers: { bus: { aws: { topic: "{{Topic}}", endpoint: "{{aws.Url}}" } } }
            receipts: { aws: { region: {{FauxqsServer.Region}}, queue: answers, endpoint: "{{aws.Url}}" } }
            """);
    }

    public FauxqsServer Aws { get; }

    public AwsTalk Talk => Aws.Talk;

    public string Config { get; }

    public string State { get; }

    public static string Topic => AwsTalk.TopicArn("news");

    public static async Task<AwsSite> StartAsync()
    {
        var site = new AwsSite(await FauxqsServer.StartAsync());
        await site.Talk.CreateTopicAsync("news");
        await site.Talk.CreateQueueAsync("answers");
        return site;
    }

    public static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await new CommandLine(output, error, TimeProvider.System).RunAsync(arguments);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>A host's queue as its agent makes it, whose host was last alive so long ago.</summary>
    public async Task HostAsync(string host, TimeSpan silent, string madeBy = "agent")
    {
        var name = "towncrier-www-" + host;
        await Talk.CreateQueueAsync(name);
        var subscription = await Talk.SubscribeAsync("news", name, ("RawMessageDelivery", "true"));
        await Talk.SqsAsync("TagQueue", new()
        {
            ["QueueUrl"] = $"http://127.0.0.1/{FauxqsServer.Account}/{name}",
            ["Tags"] = new JsonObject
            {
                ["towncrier:fleet"] = "www",
                ["towncrier:host"] = host,
                ["towncrier:made-by"] = madeBy,
                ["towncrier:topic"] = Topic,
                ["towncrier:subscription"] = subscription,
                ["towncrier:beat"] = (TimeProvider.System.GetUtcNow() - silent).ToString("O"),
            },
        });
    }

    public async Task<IReadOnlyList<string>> QueuesAsync() => [.. ((await Talk.SqsAsync("ListQueues", []))["QueueUrls"]?.AsArray() ?? [])
        .Select(url => Path.GetFileName((string)url!)).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Aws.DisposeAsync();
        _temp.Dispose();
    }
}
