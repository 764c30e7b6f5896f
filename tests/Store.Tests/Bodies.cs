using System.IO.Compression;
using System.Text;
using Towncrier.Peers;
using Towncrier.Store.Cluster;

namespace Towncrier.Store.Tests;

/// <summary>What a peer gives for an object is judged by itself: whatever is not it is not stored, and costs the next nothing.</summary>
public sealed class Bodies
{
    private const string Site = "https://www.example.org";
    private const string StoredField = "Towncrier-Stored: ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Broken => new()
    {
        { "none", "invalid" },
        { "garbage", "invalid" },
        { "cut", "invalid" },
        { "longer", "invalid" },
        { "another", "invalid" },
        { "gzip", "invalid" },
        { "chunked", "failed" }, // whether it is whole would not be known
        { "breaks off", "failed" },
        { "redirect", "failed" },
        { "redirect, and a handler that follows", "failed" },
        { "500", "failed" },
        { "401", "failed" },
        { "404", "gone" },
        { "expired", "gone" },
        { "huge", "invalid" },
        { "older version", "invalid" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_whole_object_of_that_name_is_not_stored(string kind, string result)
    {
        var (name, file) = await ObjectAsync(Site + "/a", kind == "expired" ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1));
        var (_, other) = await ObjectAsync(Site + "/b", TimeSpan.FromHours(1));
        await using var redis = await RedisServer.StartAsync();
        await using var elsewhere = RawHttpPeer.Start(_ => Whole(file));
        await using var peer = RawHttpPeer.Start(_ => kind switch
        {
            "none" => Whole([]),
            "garbage" => Whole(Encoding.ASCII.GetBytes(new string('x', 5000))),
            "cut" => Whole(file[..^1]),
            "longer" => Whole([.. file, 0]),
            "another" => Whole(other),
            "gzip" => Whole(Zipped(file), "Content-Encoding: gzip\r\n"),
            "chunked" => new RawReply($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{file.Length:x}\r\n{Encoding.Latin1.GetString(file)}\r\n0\r\n\r\n"),
            "breaks off" => new RawReply($"HTTP/1.1 200 OK\r\nContent-Length: {file.Length}\r\n\r\n{Encoding.Latin1.GetString(file[..^5])}", Close: true),
            "redirect" or "redirect, and a handler that follows" => new RawReply($"HTTP/1.1 302 Found\r\nLocation: {elsewhere.Url}/objects/{name}\r\nContent-Length: 0\r\n\r\n"),
            "500" => RawReply.Status(500, "Broken"),
            "401" => RawReply.Status(401, "Unauthorized"),
            "404" => RawReply.Status(404, "Not Found"),
            "huge" => new RawReply($"HTTP/1.1 200 OK\r\nContent-Length: {long.MaxValue}\r\n\r\n{Encoding.Latin1.GetString(file)}"),
            "older version" => Whole([3, .. file[1..]]),
            _ => Whole(file),
        });
        await using var b = await Node.StartAsync(redis, "b", cluster => kind.Contains("handler", StringComparison.Ordinal) ? cluster with { Handler = () => new HttpClientHandler() } : cluster);
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('1', StringComparison.Ordinal), "b listens");
        await AnnounceAsync(redis, peer, name);
        await Eventually.TrueAsync(() => Pulls(b, result) == 1, $"it is counted as {result}", TimeSpan.FromSeconds(30));
        b.Store.Count.ShouldBe(0);
        elsewhere.Requests.ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(b.Site.CacheDirectory, "temp")).ShouldBeEmpty();
        await using var good = RawHttpPeer.Start(_ => Whole(file));
        if (kind == "expired") return;
        await AnnounceAsync(redis, good, name);
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a") is not null, "another gives it whole");
    }

    [Fact]
    public async Task What_was_invalidated_while_it_was_on_its_way_is_not_stored_however_long_that_took()
    {
        await using var redis = await RedisServer.StartAsync();
        var (name, file) = await ObjectAsync(Site + "/a", TimeSpan.FromHours(1));
        var gate = new TaskCompletionSource();
        await using var peer = RawHttpPeer.Start(async request =>
        {
            if (request.Target.Contains("objects/", StringComparison.Ordinal)) await gate.Task;
            return Whole(file);
        });
        await using var b = await Node.StartAsync(redis, "b", and: options => options with { Fence = TimeSpan.FromSeconds(1) });
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('1', StringComparison.Ordinal), "b listens");
        await AnnounceAsync(redis, peer, name);
        await Eventually.TrueAsync(() => peer.Requests.Any(request => request.Target.Contains(name, StringComparison.Ordinal)), "it is asked for");
        await b.Store.InvalidateUrlsAsync([Site + "/a"], Cancel);
        await Task.Delay(2500, Cancel); // the fence ends
        gate.SetResult();
        await Eventually.TrueAsync(() => Pulls(b, "gone") == 1, "it is not stored");
        b.Store.Count.ShouldBe(0);
        // What was stored after the fence is.
        var (_, later) = await ObjectAsync(Site + "/a", TimeSpan.FromHours(1));
        file = later;
        await AnnounceAsync(redis, peer, name, Stored(later));
        await Eventually.TrueAsync(() => b.Site.Read(Site + "/a") is not null, "the one of now is stored");
    }

    [Fact]
    public async Task One_that_comes_too_slowly_is_given_up()
    {
        await using var peer = RawHttpPeer.Start(_ => Whole(new byte[1_000_000]));
        using var client = new PeerClient(Node.Token, new Hasty());
        var taken = 0L;
        var failure = await Should.ThrowAsync<IOException>(client.FetchAsync(new Uri(peer.Url), "x", _ => true, piece => (taken += piece.Length) >= 0, Cancel));
        failure.Message.ShouldContain("too slowly");
        taken.ShouldBeLessThan(1_000_000);
        using var patient = new PeerClient(Node.Token, TimeProvider.System);
        (await patient.FetchAsync(new Uri(peer.Url), "x", length => length == 1_000_000, _ => true, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_is_announced_anew_in_the_same_second_is_fetched_anew()
    {
        await using var redis = await RedisServer.StartAsync();
        var (name, file) = await ObjectAsync(Site + "/a", TimeSpan.FromHours(1));
        var newer = (byte[])file.Clone();
        var last = Encoding.Latin1.GetString(file).IndexOf(StoredField, StringComparison.Ordinal) + StoredField.Length + 15;
        newer[last] = newer[last] == (byte)'9' ? (byte)'8' : (byte)(newer[last] + 1); // the last digit of its milliseconds; ticks of 100 ns come behind it
        var gives = Stored(file) < Stored(newer) ? (First: file, Then: newer) : (First: newer, Then: file);
        var given = gives.First;
        await using var peer = RawHttpPeer.Start(_ => Whole(given));
        await using var b = await Node.StartAsync(redis, "b");
        await Eventually.TrueAsync(async () => (await redis.CliAsync("pubsub", "numsub", "objects")).Contains('1', StringComparison.Ordinal), "b listens");
        await AnnounceAsync(redis, peer, name, Stored(gives.First));
        await Eventually.TrueAsync(() => Pulls(b, "pulled") == 1, "the first is here");
        given = gives.Then;
        await AnnounceAsync(redis, peer, name, Stored(gives.Then));
        await Eventually.TrueAsync(() => Pulls(b, "pulled") == 2, "and the one a moment newer");
        foreach (var again in (byte[][])[gives.Then, gives.First]) await AnnounceAsync(redis, peer, name, Stored(again));
        await Eventually.TrueAsync(() => Pulls(b, "here") == 2, "what is as old or older is not asked for");
        peer.Requests.Count(request => request.Target.Contains("objects/", StringComparison.Ordinal)).ShouldBe(2);
    }

    // In milliseconds, as it is announced.
    private static long Stored(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        return long.Parse(text.AsSpan(text.IndexOf(StoredField, StringComparison.Ordinal) + StoredField.Length, 20), System.Globalization.CultureInfo.InvariantCulture) / TimeSpan.TicksPerMillisecond;
    }

    private static double Pulls(Node node, string result) => node.Store.Metrics().Split('\n')
        .Where(line => line.StartsWith($"towncrier_cluster_pulls_total{{result=\"{result}\"}}", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));

    private static Task<string> AnnounceAsync(RedisServer redis, RawHttpPeer peer, string name, long stored = 1)
        => redis.CliAsync("publish", "objects", $$"""{"command":"stored","node":"fake {{peer.Port}}","address":"{{peer.Url}}/","objects":[{"key":"k","variant":"{{name}}","stored":{{stored}},"expires":99999999999999,"bytes":1}]}""");

    /// <summary>A file as a store writes it, and its name.</summary>
    private static async Task<(string Name, byte[] File)> ObjectAsync(string key, TimeSpan lifetime)
    {
        await using var site = await OpenStore.StartAsync();
        (await site.Store.PutAsync(new ObjectKey(key), new ObjectHead { Expires = DateTimeOffset.UtcNow + TimeSpan.FromHours(1) }, OpenStore.Bytes("body"), Cancel)).ShouldBe(PutOutcome.Stored);
        if (lifetime < TimeSpan.FromSeconds(1)) site.Store.Touch(new ObjectKey(key), DateTimeOffset.UtcNow - TimeSpan.FromSeconds(5)).ShouldBeTrue();
        var path = site.Files.Single();
        return (Path.GetFileName(path), await File.ReadAllBytesAsync(path, Cancel));
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var zip = new GZipStream(to, CompressionLevel.Fastest)) zip.Write(bytes);
        return to.ToArray();
    }

    private static RawReply Whole(byte[] bytes, string more = "") => new($"HTTP/1.1 200 OK\r\n{more}Content-Length: {bytes.Length}\r\n\r\n{Encoding.Latin1.GetString(bytes)}");

    /// <summary>A clock by which half a minute passes between any two looks.</summary>
    private sealed class Hasty : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 40 * Interlocked.Increment(ref _looks);
    }
}
