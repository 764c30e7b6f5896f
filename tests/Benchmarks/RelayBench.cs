using System.Diagnostics;
using Towncrier.Peers;
using Towncrier.Providers.Redis;

namespace Towncrier.Benchmarks;

/// <summary>
/// Streams of one Redis with real relays between them: what a relay lets through, and what each hop adds to a message's way.
/// The anchor of the throughput is the same reader on the stream that the messages were put into.
/// </summary>
internal sealed class RelayBench(BenchOptions options, Figures figures)
{
    public async Task RunAsync()
    {
        figures.Begin("relay", "streams of one Redis, real relays between them");
        await ThroughputAsync(options.Quick ? 5_000 : 30_000);
        var count = options.Quick ? 500 : 2_000;
        var none = await LatencyAsync(0, count);
        var one = await LatencyAsync(1, count);
        var two = await LatencyAsync(2, count);
        figures.Add("added by a hop, 200/s: p50", (two.P50 - none.P50) / 2, "ms", $"first {one.P50 - none.P50:0.00}, second {two.P50 - one.P50:0.00}");
        figures.Add("added by a hop, 200/s: p99", (two.P99 - none.P99) / 2, "ms");
    }

    private async Task ThroughputAsync(int count)
    {
        await using var redis = await RedisServer.StartAsync();
        var direct = await RateAsync(redis, "s0", "s0", count);
        figures.Add("a reader on the stream itself", direct, "messages/s");
        await using var relay = await RelayAsync(redis, 1);
        var relayed = await RateAsync(redis, "s0", "s1", count);
        figures.Add("the same reader behind a relay", relayed, "messages/s");
        figures.Add("behind a relay, by the reader on the stream", relayed / direct, "times");
        figures.Add("the relay's resident memory, at most", relay.Resident().Peak, "MB");
    }

    private static async Task<double> RateAsync(RedisServer redis, string into, string from, int count)
    {
        var source = Source(redis, from);
        var ears = new Ears();
        var reading = Reader.ReadAsync(source, count, ears);
        await ears.WhenConnected;
        using var talk = new RedisTalk(redis.Port);
        var began = Stopwatch.GetTimestamp();
        foreach (var some in Enumerable.Range(0, count).Chunk(1000)) talk.Add(into, [.. some.Select(Message)]);
        await reading;
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private async Task<(double P50, double P99)> LatencyAsync(int hops, int count)
    {
        await using var redis = await RedisServer.StartAsync();
        var relays = new List<BenchAgent>();
        for (var hop = 1; hop <= hops; hop++) relays.Add(await RelayAsync(redis, hop));
        var source = Source(redis, $"s{hops}");
        using var talk = new RedisTalk(redis.Port);
        var (ears, warm, sent, times) = (new Ears(), 500, new long[count + 500], new double[count + 500]);
        var reading = Reader.ReadAsync(source, warm + count, ears, delivery =>
        {
            var number = NumberOf(delivery);
            times[number] = Stopwatch.GetElapsedTime(sent[number]).TotalMilliseconds;
        });
        await ears.WhenConnected;
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < sent.Length; i++)
        {
            while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < i * 5) await Task.Delay(1);
            sent[i] = Stopwatch.GetTimestamp();
            talk.Add("s0", Message(i));
        }

        await reading;
        foreach (var relay in relays) await relay.DisposeAsync();
        double[] sorted = [.. times.Skip(warm).Order()]; // the first ones compiled the way
        var (p50, p99) = (MeantFiles.Percentile(sorted, 0.5), MeantFiles.Percentile(sorted, 0.99));
        figures.Add($"publish until read, {hops} relays, 200/s: p50", p50, "ms", $"p99 {p99:0.00} ms");
        return (p50, p99);
    }

    private static Task<BenchAgent> RelayAsync(RedisServer redis, int hop) => BenchAgent.StartRelayAsync(
        $$"""
        name: relay-{{hop}}
        sources: [{ redis: { url: "{{redis.Url}}", stream: s{{hop - 1}} } }]
        publishers: { next: { redis: { url: "{{redis.Url}}", stream: s{{hop}} } } }
        routes: [{ from: redis, to: next }]
        """,
        Directory.CreateDirectory(redis.Folder.Of($"relay-{hop}")).FullName);

    private static RedisSource Source(RedisServer redis, string stream)
    {
        if (!RedisAddress.TryParse(redis.Url, out var address, out var problem)) throw new InvalidOperationException(problem);
        return new RedisSource(new RedisSourceOptions { Address = address, Stream = stream }, TimeProvider.System, new Random(1));
    }

    private static string Message(int number) => $$"""{"command":"purge","value":["/{{number}}"],"id":"m-{{number}}"}""";

    private static int NumberOf(Delivery delivery)
    {
        var text = System.Text.Encoding.UTF8.GetString(delivery.Body.Span);
        var at = text.IndexOf("[\"/", StringComparison.Ordinal) + 3;
        return int.Parse(text.AsSpan(at, text.IndexOf('"', at) - at), System.Globalization.CultureInfo.InvariantCulture);
    }
}
