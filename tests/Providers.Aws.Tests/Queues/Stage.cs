using System.Collections.Concurrent;
using Towncrier.Providers.Aws.Calling;
using Towncrier.Providers.Aws.Queues;

namespace Towncrier.Providers.Aws.Tests.Queues;

/// <summary>An emulator with the topic <c>news</c>, every call to it written down, and a clock that can be moved.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _changes = new();
    private readonly List<IDisposable> _used = [];

    private Stage(FauxqsServer aws, FaultProxy proxy)
    {
        (Aws, Proxy) = (aws, proxy);
        proxy.OnCall = call =>
        {
            if (!call.Operation.StartsWith("Get", StringComparison.Ordinal) && !call.Operation.StartsWith("List", StringComparison.Ordinal)) _changes.Enqueue(call.Operation);
        };
    }

    public FauxqsServer Aws { get; }

    public FaultProxy Proxy { get; }

    public AwsTalk Talk => Aws.Talk;

    public MovedClock Clock { get; } = new();

    public static string Topic => AwsTalk.TopicArn("news");

    public AwsAccess Access => new() { Region = FauxqsServer.Region, Endpoint = Proxy.Url };

    public AwsSourceOptions Options => new() { Access = Access, Topic = Topic, Fleet = "www", Host = "cache-1" };

    /// <summary>Calls that change something, since the last look.</summary>
    public IReadOnlyList<string> Changes()
    {
        string[] changes = [.. _changes];
        _changes.Clear();
        return changes;
    }

    public static async Task<Stage> StartAsync()
    {
        var aws = await FauxqsServer.StartAsync();
        await aws.Talk.CreateTopicAsync("news");
        return new Stage(aws, FaultProxy.Start(aws.Port));
    }

    /// <param name="clock">Of the queue alone; its calls have the stage's.</param>
    public OwnQueue Own(AwsSourceOptions? options = null, TimeProvider? clock = null)
    {
        var caller = new AwsCaller(Access, Clock, new Random(1));
        _used.Add(caller);
        return new OwnQueue(options ?? Options, new SqsClient(caller), new SnsClient(caller), clock ?? Clock);
    }

    public Task<OpenedQueue> OpenAsync(AwsSourceOptions? options = null) => Own(options).OpenAsync(TestContext.Current.CancellationToken);

    public Task<OpenedQueue> OpenAsync(string host) => OpenAsync(Options with { Host = host });

    public AwsFleet Fleet(string fleet = "www")
    {
        var door = new AwsFleet(Access, fleet, Clock, new Random(1));
        _used.Add(door);
        return door;
    }

    public async Task<IReadOnlyList<string>> QueuesAsync() => [.. ((await Talk.SqsAsync("ListQueues", []))["QueueUrls"]?.AsArray() ?? [])
        .Select(url => ((string)url!)[(((string)url!).LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal)];

    public Task TagAsync(string queue, string name, string value) =>
        Talk.SqsAsync("TagQueue", new() { ["QueueUrl"] = $"http://127.0.0.1/{FauxqsServer.Account}/{queue}", ["Tags"] = new System.Text.Json.Nodes.JsonObject { [name] = value } });

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _used) one.Dispose();
        await Proxy.DisposeAsync();
        await Aws.DisposeAsync();
    }
}

/// <summary>The system's clock, so much ahead of it; its timers are the system's.</summary>
internal sealed class MovedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}

/// <summary>The system's clock, a day ahead; whoever waits by it has waited at once.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromDays(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, TimeSpan.Zero, period);
}
