using System.Diagnostics;
using Towncrier.Peers;

namespace Towncrier.Benchmarks;

/// <summary>
/// From a PUBLISH or XADD until nginx's file is gone: a real Redis, the real agent, and a file for each message. Beside
/// it a bare subscriber, which only counts what comes: what Redis and the link take by themselves.
/// </summary>
internal sealed class RedisBench(BenchOptions options, Workplace place, Figures figures)
{
    private const string Channel = "varnish.purge";
    private const string Stream = "towncrier";

    public async Task RunAsync()
    {
        figures.Begin("redis", "publish to purged; one agent, a file for each message");
        var steady = options.Quick ? 2_000 : 10_000;
        await SteadyAsync("channel", steady);
        await SteadyAsync("stream", steady);
        foreach (var burst in options.Quick ? [10_000] : (int[])[10_000, 20_000, 30_000])
        {
            await BurstAsync("channel", burst);
            await BurstAsync("stream", burst);
        }

        await ReconnectAsync(options.Quick ? 2 : 5);
    }

    private async Task SteadyAsync(string kind, int count)
    {
        await using var play = await PlayAsync(count);
        play.Warm(kind);
        var began = Stopwatch.GetTimestamp();
        var sent = new long[count];
        for (var i = 0; i < count; i++)
        {
            while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < i) Thread.SpinWait(50); // one each millisecond
            sent[i] = Stopwatch.GetTimestamp();
            play.Send(kind, play.Messages[i]);
        }

        var times = play.Await(sent, out var lost);
        figures.Add($"{kind}, 1,000/s for {count / 1000} s: p50", MeantFiles.Percentile(times, 0.5), "ms", 1);
        figures.Add($"{kind}, 1,000/s: p99", MeantFiles.Percentile(times, 0.99), "ms", 5);
        Tell($"{kind}, 1,000/s", play, lost);
    }

    private async Task BurstAsync(string kind, int count)
    {
        await using var play = await PlayAsync(count);
        using var anchor = new BareSubscriber(play.Redis.Port, Channel);
        var began = Stopwatch.GetTimestamp();
        play.Send(kind, [.. play.Messages]);
        var published = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var times = play.Await([.. Enumerable.Repeat(began, count)], out var lost);
        var name = $"{kind}, burst of {count:N0}";
        figures.Add($"{name}: p50 / p99 from its first byte", MeantFiles.Percentile(times, 0.5), "ms", $"p99 {MeantFiles.Percentile(times, 0.99):0} ms");
        if (kind == "channel") figures.Add($"{name}: the last purge, by a bare subscriber's last message", MeantFiles.Percentile(times, 1) / anchor.Last(count, began), "times", $"{MeantFiles.Percentile(times, 1):0} ms; publishing took {published:0} ms");
        Tell(name, play, lost);
    }

    /// <summary>Kills Redis, starts it again, and sees how long until a message purges.</summary>
    private async Task ReconnectAsync(int rounds)
    {
        await using var play = await PlayAsync(rounds);
        var worst = 0.0;
        for (var i = 0; i < rounds; i++)
        {
            await play.Redis.RestartAsync();
            var back = Stopwatch.GetTimestamp();
            using var redis = new RedisTalk(play.Redis.Port);
            while (redis.Publish(Channel, play.Messages[i]) == 0) Thread.Sleep(5);
            worst = Math.Max(worst, Stopwatch.GetElapsedTime(back).TotalSeconds);
        }

        figures.Add($"a killed Redis is back: subscribed again, worst of {rounds}", worst, "s", 3);
    }

    private void Tell(string name, Play play, int lost)
    {
        figures.Add($"{name}: lost", lost, "messages", 0);
        figures.Add($"{name}: the agent's resident memory, at most", play.Agent.Resident().Peak, "MB", 150);
        if (play.Deletions.Overflowed) throw new InvalidOperationException("the bench lost deletions; raise fs.inotify.max_queued_events");
    }

    private async Task<Play> PlayAsync(int count)
    {
        var cache = place.Folder("flat");
        CacheFiles.Flat(cache, 0, count);
        var redis = await RedisServer.StartAsync("--client-output-buffer-limit", "pubsub 64mb 64mb 60");
        var agent = await BenchAgent.StartAsync($$"""redis: {url: "{{redis.Url}}", channels: [varnish.purge], stream: towncrier}""", cache, redis.Folder.Path);
        var play = new Play(redis, agent, new Deletions(cache), cache, count);
        play.Send("channel", """{"command":"purge","value":["/warm"]}"""); // the runtime compiles the way of a message
        play.Send("stream", """{"command":"purge","value":["/warm"]}""");
        return play;
    }

    private sealed class Play(RedisServer redis, BenchAgent agent, Deletions deletions, string cache, int count) : IAsyncDisposable
    {
        private readonly RedisTalk _talk = new(redis.Port);
        private readonly MeantFiles _meant = new(count);

        public RedisServer Redis => redis;

        public BenchAgent Agent => agent;

        public Deletions Deletions => deletions;

        public string[] Messages => _meant.Messages;

        /// <summary>Three seconds of messages that match nothing: what the runtime has yet to compile would be the slowest hundredth.</summary>
        public void Warm(string kind)
        {
            for (var i = 0; i < 3_000; i++)
            {
                Send(kind, $$"""{"command":"purge","host":"www{{i % 10}}.example.org","value":["/warm/{{i}}"]}""");
                Thread.Sleep(1);
            }
        }

        public void Send(string kind, params string[] bodies)
        {
            if (kind == "channel") _talk.Publish(Channel, [.. bodies]);
            else _talk.Add(Stream, [.. bodies]);
        }

        /// <inheritdoc cref="MeantFiles.Await"/>
        public double[] Await(long[] sent, out int lost) => _meant.Await(deletions, sent, out lost);

        public async ValueTask DisposeAsync()
        {
            _talk.Dispose();
            deletions.Dispose();
            await agent.DisposeAsync();
            await redis.DisposeAsync();
            Directory.Delete(cache, recursive: true);
        }
    }
}
