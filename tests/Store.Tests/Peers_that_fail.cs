using System.Globalization;
using Towncrier.Peers;
using Towncrier.Providers.Redis;
using Towncrier.Store.Cluster;

namespace Towncrier.Store.Tests;

/// <summary>Peers that are gone, slow or hostile: they cost a node neither what others have nor its cluster.</summary>
public sealed class Peers_that_fail
{
    private const string Site = "https://www.example.org";


    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("[null]")]
    [InlineData("""[{"key":null,"variant":null,"stored":1,"expires":99999999999999,"bytes":1}]""")]
    [InlineData("""[{"key":"k","stored":1,"expires":99999999999999,"bytes":1}]""")]
    [InlineData("""[{"key":"k","variant":"\ud800","stored":-1,"expires":99999999999999,"bytes":1}]""")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""[{"key":"k","variant":"x","stored":1e99,"expires":1,"bytes":1}]""")]
    public async Task A_list_that_is_none_leaves_the_lists_of_others(string list)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var liar = RawHttpPeer.Start(_ => Json(list));
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('1', StringComparison.Ordinal), "b listens");
        await HereAsync(redis, liar, lost: true);
        await Eventually.TrueAsync(() => liar.Requests.Any(request => request.Target.Contains("newest=50000", StringComparison.Ordinal)), "the liar's lists are read");
        await using var a = await Node.StartAsync(redis, "a", folder: await FilledAsync(20));
        await Eventually.TrueAsync(() => b.Store.Count == 20, "b is warmed by a");
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_for_its_list_does_not_keep_a_joining_node_from_the_others()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silent = RawHttpPeer.Start(_ => RawReply.Silence);
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('1', StringComparison.Ordinal), "b listens");
        await HereAsync(redis, silent);
        await Eventually.TrueAsync(() => silent.Requests.Count > 0, "the silent one is asked");
        var folder = await FilledAsync(20);
        await using var a = await Node.StartAsync(redis, "a", folder: folder);
        await Eventually.TrueAsync(() => b.Store.Count == 20, "b is warmed by a");
    }

    [Fact]
    public async Task A_peer_whose_list_fails_once_is_asked_again()
    {
        await using var redis = await RedisServer.StartAsync();
        var asked = 0;
        await using var late = RawHttpPeer.Start(_ => Interlocked.Increment(ref asked) == 1 ? RawReply.Status(503, "Not Yet") : Json("[]"));
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('1', StringComparison.Ordinal), "b listens");
        await HereAsync(redis, late);
        await Eventually.TrueAsync(() => asked == 2, "it is asked again");
    }

    [Fact]
    public async Task A_peer_that_never_answers_for_its_objects_does_not_hold_up_those_of_others()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silent = RawHttpPeer.Start(_ => RawReply.Silence);
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        for (var i = 0; i < 2; i++) await AnnounceAsync(redis, silent, Enumerable.Range(i * 100, 100).Select(n => n.ToString("x32", CultureInfo.InvariantCulture)));
        await Eventually.TrueAsync(() => silent.Requests.Count(request => request.Target.Contains("objects/", StringComparison.Ordinal)) > 3, "they are asked for");
        await a.Site.PutAsync(Site + "/a", "a");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a") == "a", "b has what another stored");
    }

    [Fact]
    public async Task A_hostile_announcement_of_the_same_name_does_not_keep_the_real_one_out()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silent = RawHttpPeer.Start(_ => RawReply.Silence);
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        var name = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(Site + "/a")));
        await AnnounceAsync(redis, silent, [name], stored: long.MaxValue);
        await Eventually.TrueAsync(() => silent.Requests.Any(request => request.Target.Contains(name, StringComparison.Ordinal)), "it is asked for");
        await a.Site.PutAsync(Site + "/a", "a");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a") == "a", "b has the real one");
    }

    [Fact]
    public async Task Two_nodes_of_one_name_share_all_the_same()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "same");
        await using var b = await Node.StartAsync(redis, "same");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        await a.Site.PutAsync(Site + "/a", "a");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a") == "a", "b has it");
    }

    [Fact]
    public async Task A_node_whose_channel_comes_late_is_warmed_when_it_comes()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var channel = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a", cluster => On(channel, cluster), folder: await FilledAsync(20));
        await channel.KillAsync();
        await using var b = await Node.StartAsync(redis, "b", cluster => On(channel, cluster) with { WarmupTimeout = TimeSpan.FromSeconds(2) });
        await Task.Delay(2500, Cancel); // what is waited for is that time passes
        await channel.RestartAsync();
        await Eventually.TrueAsync(() => b.Store.Count == 20, "b is warmed");
    }

    [Fact]
    public async Task What_was_not_announced_before_a_node_was_started_again_arrives_afterwards()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var b = await Node.StartAsync(redis, "b", cluster => cluster with { WarmupTimeout = TimeSpan.FromMilliseconds(1) });
        using var folder = new TempFolder();
        await using (var a = await Node.StartAsync(redis, "a"))
        {
            await a.Site.PutAsync(Site + "/known", "x");
            await Eventually.TrueAsync(() => b.Site.Read(Site + "/known") == "x", "they know each other");
            await Parallel.ForAsync(0, 300, Cancel, async (i, _) => await a.Site.PutAsync($"{Site}/{i}", "x"));
            await a.Site.CloseAsync(); // what was stored last is not announced
            Directory.Move(a.Site.CacheDirectory, folder.Of("cache"));
        }

        await using var again = await Node.StartAsync(redis, "a", folder: folder.Path);
        await Eventually.TrueAsync(() => b.Store.Count == 301, "b has all");
    }

    [Theory]
    [InlineData("\"key\":\"\\ud800\",\"variant\":\"0123456789abcdef0123456789abcdef\",\"stored\":1,\"expires\":99999999999999")]
    [InlineData("\"key\":\"k\",\"variant\":\"\\ud800\",\"stored\":1,\"expires\":99999999999999")]
    [InlineData("\"key\":\"k\",\"variant\":\"0123456789abcdef0123456789abcdef\",\"stored\":9223372036854775807,\"expires\":9223372036854775807")]
    [InlineData("\"key\":\"k\",\"variant\":\"0123456789abcdef0123456789abcdef\",\"stored\":1,\"expires\":-9223372036854775808")]
    [InlineData("\"key\":\"k\",\"variant\":\"0123456789abcdef0123456789abcdef/../../x\",\"stored\":1,\"expires\":99999999999999")]
    [InlineData("\"key\":\"\\u0000\\n\\r\",\"variant\":\"0123456789ABCDEF0123456789ABCDEF\",\"stored\":1,\"expires\":99999999999999,\"bytes\":-1")]
    [InlineData("\"key\":[],\"variant\":{},\"stored\":\"1\",\"expires\":true")]
    public async Task An_announcement_of_nonsense_costs_nothing(string one)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Node.StartAsync(redis, "a");
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('2', StringComparison.Ordinal), "both listen");
        foreach (var address in (string[])["http://127.0.0.1:1/", "http://127.0.0.1:0/", "http://[::1]:1/", "http://localhost:1/?a=b", "http://127.0.0.1:1/x#y", "http://u:p@127.0.0.1:1/", "http://127.0.0.1:1/%00/", "https://127.0.0.1:1/"])
            await redis.CliAsync("publish", "objects", $$"""{"command":"stored","node":"x\u0000\n{{address.Length}}","address":"{{address}}","objects":[{{{one}}}],"lost":true}""");
        await a.Site.PutAsync(Site + "/a", "a");
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a") == "a", "the next one is heard");
        for (var i = 0; i < 16; i++) await a.Site.PutAsync($"{Site}/{i}", "a");
        await Eventually.TrueAsync(() => b.Store.Count == 17, "and all others");
    }

    [Fact]
    public void A_key_that_another_told_is_shown_on_one_line_and_not_at_length()
    {
        SharedObject.Shown("a\nb\u001b[31m\u0000").ShouldBe("a?b?[31m?");
        SharedObject.Shown(new string('k', 5000)).Length.ShouldBe(200);
        Notice.Decode("""{"command":"here","node":"a\nb","address":"http://127.0.0.1/"}"""u8).ShouldBeNull();
    }

    private static ClusterOptions On(RedisServer channel, ClusterOptions cluster)
    {
        RedisAddress.TryParse(channel.Url, out var bus, out _).ShouldBeTrue();
        return cluster with
        {
            Source = new RedisSource(new RedisSourceOptions { Address = bus, Channels = ["objects"] }, TimeProvider.System, new Random()),
            Publisher = new RedisPublisher(new RedisPublisherOptions { Address = bus, Channel = "objects" }, TimeProvider.System),
        };
    }

    private static RawReply Json(string text) => new($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {text.Length}\r\n\r\n{text}");

    private static Task<string> HereAsync(RedisServer redis, RawHttpPeer peer, bool lost = false)
        => redis.CliAsync("publish", "objects", $$"""{"command":"here","node":"fake {{peer.Port}}","address":"{{peer.Url}}/","lost":{{(lost ? "true" : "false")}}}""");

    private static Task<string> AnnounceAsync(RedisServer redis, RawHttpPeer peer, IEnumerable<string> names, long stored = 1)
        => redis.CliAsync("publish", "objects", $$"""{"command":"stored","node":"fake {{peer.Port}}","address":"{{peer.Url}}/","objects":[{{string.Join(',', names.Select(name => $$"""{"key":"k","variant":"{{name}}","stored":{{stored}},"expires":99999999999999,"bytes":1}"""))}}]}""");

    /// <summary>A folder in which a store by itself has left objects.</summary>
    private static async Task<string> FilledAsync(int objects)
    {
        var site = await OpenStore.StartAsync();
        for (var i = 0; i < objects; i++) await site.PutAsync($"{Site}/{i}", "x");
        await site.CloseAsync();
        return site.Folder;
    }
}
