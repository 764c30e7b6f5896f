using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Peers;
using Towncrier.Providers.Redis;
using Towncrier.Store.Cluster;

namespace Towncrier.Store.Tests;

/// <summary>The channel of a cluster: what a node does when it is connected, and what it misses while it is not.</summary>
public sealed class Channels
{
    private const string Site = "https://www.example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_others_announced_while_only_this_nodes_connection_was_gone_is_fetched_afterwards()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var wire = TcpProxy.Start(redis.Port);
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b", cluster => cluster with { Source = Listening(wire.Port) });
        await a.Site.PutAsync(Site + "/before", "before");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/before") is not null, "they know each other");
        wire.Refuse();
        for (var i = 0; i < 20; i++) await a.Site.PutAsync($"{Site}/{i}", "x");
        await redis.CliAsync("publish", "objects", "{}"); // behind it nothing is on its way any more
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('1', StringComparison.Ordinal), "only a listens");
        await a.Site.PutAsync($"{Site}/last", "x");
        await Eventually.TrueAsync(() => a.Store.Metrics().Length > 0 && b.Store.Count == 1, "b has none of them");
        wire.Restore();
        await Eventually.TrueAsync(() => b.Store.Count == 22, "b has all of them");
    }

    [Fact]
    public async Task Whoever_hears_the_channel_asks_the_others_where_they_are_each_time_it_is_connected()
    {
        var channel = new Channel();
        var node = new Self("a", new Uri("http://127.0.0.1:1/"), 1);
        using var presence = new Presence(node, new NoticeSender(channel, TimeProvider.System, new Random(1), NullLogger.Instance));
        var listener = new Listener(node, channel, null, presence, TimeProvider.System, new Random(1), NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = Together.RunAsync(stop.Token, presence.RunAsync, listener.RunAsync);
        for (var connects = 2; connects < 5; connects++) // one as it comes
        {
            await Eventually.TrueAsync(() => channel.Context is not null, "it listens");
            channel.Context!.Connected("channel");
            await Eventually.TrueAsync(() => channel.Sent.Count(notice => notice.Asks) == connects, "it asks");
        }

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Where_several_have_more_than_is_wanted_it_is_fetched_together_and_no_more()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a", folder: await FilledAsync(0, 100));
        await using var b = await Node.StartAsync(redis, "b", cluster => cluster with { WarmupObjects = 0 }, folder: await FilledAsync(100, 100));
        await using var c = await Node.StartAsync(redis, "c", cluster => cluster with { WarmupObjects = 150 });
        await Eventually.TrueAsync(() => c.Store.Warmed == 150, "c is warm");
        await c.Site.PutAsync(Site + "/own", "x");
        await Eventually.TrueAsync(() => a.Site.Read(Site + "/own") == "x" && b.Site.Read(Site + "/own") == "x", "and shares");
        c.Store.Count.ShouldBe(151);
        c.Store.Warmed.ShouldBe(150);
    }

    [Fact]
    public async Task A_key_too_long_for_the_channel_is_found_in_the_list_and_announcements_go_on()
    {
        await using var redis = await RedisServer.StartAsync();
        RedisAddress.TryParse(redis.Url, out var bus, out _).ShouldBeTrue();
        await using var narrow = new RedisPublisher(new RedisPublisherOptions { Address = bus, Channel = "objects", MaxBytes = 1024 }, TimeProvider.System);
        await using var a = await Node.StartAsync(redis, "a", cluster => cluster with { Publisher = narrow });
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        await a.Site.PutAsync(Site + "/before", "x");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/before") is not null, "they know each other");
        var key = Site + "/" + new string('k', 2000);
        await a.Site.PutAsync(key, "long");
        await Eventually.TrueAsync(() => b.Site.Read(key) == "long", "b has the long one");
        await a.Site.PutAsync(Site + "/after", "x");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/after") is not null, "and the next");
    }

    [Fact]
    public async Task All_there_is_is_listed_bit_by_bit_for_whoever_shows_the_token()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        const int Objects = 9000;
        await Parallel.ForAsync(0, Objects, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, _) => await a.Site.PutAsync($"{Site}/{i}", "x"));
        using var client = new PeerClient(Node.Token, TimeProvider.System);
        var seen = new HashSet<string>();
        var lists = 0;
        for (long? from = 0; from is { } at; lists++)
        {
            var list = await client.ReadListAsync(a.Address, $"from={at}", Shelf.MostListed, NoticeJson.Default.ListSharedObject, Cancel);
            list.Value!.Count.ShouldBeLessThanOrEqualTo(5000);
            foreach (var one in list.Value!) seen.Add(one.Key).ShouldBeTrue();
            from = list.Next;
        }

        (seen.Count, lists > 1).ShouldBe((Objects, true));
        (await client.ReadListAsync(a.Address, "newest=3", 3, NoticeJson.Default.ListSharedObject, Cancel)).All.ShouldBe(Objects);
        foreach (var query in (string[])["from=-1", "from=x", "from="]) await Should.ThrowAsync<IOException>(client.ReadListAsync(a.Address, query, 9, NoticeJson.Default.ListSharedObject, Cancel));
        using var stranger = new PeerClient(Node.Token + "x", TimeProvider.System);
        (await Should.ThrowAsync<IOException>(stranger.ReadListAsync(a.Address, "from=0", 9, NoticeJson.Default.ListSharedObject, Cancel))).Message.ShouldContain("401");
    }

    private static async Task<string> FilledAsync(int from, int objects)
    {
        var site = await OpenStore.StartAsync();
        for (var i = from; i < from + objects; i++) await site.PutAsync($"{Site}/{i}", "x");
        await site.CloseAsync();
        return site.Folder;
    }

    private static RedisSource Listening(int port)
    {
        RedisAddress.TryParse($"redis://127.0.0.1:{port}/0", out var bus, out _).ShouldBeTrue();
        return new RedisSource(new RedisSourceOptions { Address = bus, Channels = ["objects"] }, TimeProvider.System, new Random());
    }

    /// <summary>A channel in memory: what is sent is kept, and nothing comes.</summary>
    private sealed class Channel : IInvalidationSource, IInvalidationPublisher
    {
        private readonly Lock _lock = new();
        private readonly List<Notice> _sent = [];

        public string Name => "memory";

        public IReadOnlyList<string> Channels => ["channel"];

        public SourceTraits Traits { get; } = new(false, false);

        public int MaxBytes => 100_000;

        public ISourceContext? Context { get; private set; }

        public IReadOnlyList<Notice> Sent
        {
            get { lock (_lock) return [.. _sent]; }
        }

        public async IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, [EnumeratorCancellation] CancellationToken stop)
        {
            Context = context;
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            yield break;
        }

        public Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
        {
            lock (_lock) _sent.Add(Notice.Decode(message.Span)!);
            return Task.FromResult(new Published(1));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
