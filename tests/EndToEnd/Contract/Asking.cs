using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>What the agent tells: entries, explain, status, health, readiness and metrics.</summary>
public sealed class Asking : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RunningAgent _agent = null!;

    public async ValueTask InitializeAsync() => _agent = await RunningAgent.StartAsync(_folder, GoldenCache.Fill(_folder.Of("cache")));

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("", 17, false)]
    [InlineData("?limit=5", 5, true)]
    [InlineData("?limit=17", 17, false)]
    [InlineData("?limit=16", 16, true)]
    [InlineData("?tag=k1", 1, false)]
    [InlineData("?host=www.example.org&prefix=/fast", 3, false)]
    [InlineData("?host=other.org", 0, false)]
    [InlineData("?uri=/vary", 2, false)]
    [InlineData("?uri=http://www.example.org/vary&limit=1", 1, true)]
    [InlineData("?uri=/plain%3Fa%3D1%26b%3D%2520two", 1, false)]
    [InlineData("?wildcard=*cgi&tag=article-7", 2, false)]
    [InlineData("?regex=%5E/s", 1, false)]
    public async Task Entries_are_those_that_fit(string query, int entries, bool truncated)
    {
        var reply = await _agent.GetAsync("/v1/entries" + query);
        reply.Status.ShouldBe(200, reply.Text);
        reply.Json["entries"]!.AsArray().Count.ShouldBe(entries);
        ((bool)reply.Json["truncated"]!).ShouldBe(truncated);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=x")]
    [InlineData("?limit=10001")]
    [InlineData("?regex=(")]
    [InlineData("?host=a%20b")]
    [InlineData("?prefix=a%0Ab")]
    [InlineData("?uri=news")]
    public async Task Entries_refuses_what_it_cannot_answer(string query) => (await _agent.GetAsync("/v1/entries" + query)).Problem(400);

    [Fact]
    public async Task Why_tells_what_is_cached_and_what_touched_it()
    {
        var before = await Cli.RunAsync("why", "http://www.example.org/vary", "--agent", _agent.Address);
        before.ExitCode.ShouldBe(0);
        before.Stdout.ShouldContain("is cached here in 2 file(s)");
        await _agent.PostAsync("""{"command":"xkey","value":["k1"],"id":"touch-1","source":"cms"}""");
        var explain = (await _agent.GetAsync("/v1/explain?url=/tags")).Json;
        ((bool)explain["cached"]!).ShouldBeFalse();
        ((string)explain["invalidations"]![0]!["id"]!).ShouldBe("touch-1");
        ((string)explain["invalidations"]![0]!["command"]!).ShouldBe("xkey");
        var after = await Cli.RunAsync("why", "http://www.example.org/tags", "--agent", _agent.Address);
        after.ExitCode.ShouldBe(0);
        after.Stdout.ShouldContain("touch-1");
        (await Cli.RunAsync("why", "/never", "--agent", _agent.Address)).ExitCode.ShouldBe(1);
        (await Cli.RunAsync("why", "never", "--agent", _agent.Address)).ExitCode.ShouldBe(2);
        (await _agent.GetAsync("/v1/explain")).Problem(400);
        (await _agent.GetAsync("/v1/explain?url=never")).Problem(400);
    }

    [Fact]
    public async Task Status_and_health_say_how_it_is()
    {
        var status = (await _agent.GetAsync("/v1/status")).Json;
        ((bool)status["ready"]!).ShouldBeTrue();
        ((double)status["fence_seconds"]!).ShouldBe(1);
        ((int)status["caches"]![0]!["entries"]!).ShouldBe(GoldenCache.Files);
        (await _agent.GetAsync("/healthz")).Text.ShouldBe("ok\n");
        (await _agent.GetAsync("/readyz")).Text.ShouldBe("ready\n");
        (await Cli.RunAsync("status", "--agent", _agent.Address)).Stdout.ShouldContain("ready");
        (await Cli.RunAsync("status", "--agent", _agent.Address, "--json")).Stdout.ShouldContain("\"ready\":true");
        (await _agent.GetAsync("/nowhere")).Status.ShouldBe(404);
        (await _agent.GetAsync("/v1/invalidations")).Status.ShouldBeOneOf(404, 405);
    }

    [Fact]
    public async Task Metrics_have_every_name_of_the_contract_from_the_first_moment()
    {
        var metrics = await _agent.MetricsAsync();
        metrics.Types["towncrier_invalidations_total"].ShouldBe("counter");
        metrics.Types["towncrier_purged_entries_total"].ShouldBe("counter");
        metrics.Types["towncrier_index_entries"].ShouldBe("gauge");
        metrics.Types["towncrier_index_bytes"].ShouldBe("gauge");
        metrics.Types["towncrier_index_ready"].ShouldBe("gauge");
        metrics.Types["towncrier_inotify_overflows_total"].ShouldBe("counter");
        metrics.Types["towncrier_apply_seconds"].ShouldBe("histogram");
        metrics.Types["towncrier_invalidation_lag_seconds"].ShouldBe("histogram");
        metrics.Of("towncrier_apply_seconds_bucket").Last().Labels["le"].ShouldBe("+Inf");
    }

    [Fact]
    public async Task Metrics_count_what_happened()
    {
        var issued = DateTimeOffset.UtcNow.AddSeconds(-2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await _agent.PostAsync($$"""{"command":"prefix","value":["/fast"],"id":"m1","issued":"{{issued}}"}""");
        await _agent.PostAsync("""{"command":"prefix","value":["/fast"],"id":"m1"}""");
        await _agent.PostAsync("""{"command":"xkey.soft","value":["k1"]}""");
        await _agent.PostAsync("""{"command":"nonsense","value":["k1"]}""");
        var metrics = await _agent.MetricsAsync();
        metrics.Sum("towncrier_invalidations_total", ("source", "http"), ("command", "prefix"), ("result", "applied")).ShouldBe(1);
        metrics.Sum("towncrier_invalidations_total", ("command", "prefix"), ("result", "duplicate")).ShouldBe(1);
        metrics.Sum("towncrier_invalidations_total", ("result", "refused")).ShouldBe(1);
        metrics.Sum("towncrier_purged_entries_total", ("mode", "hard")).ShouldBe(3);
        metrics.Sum("towncrier_purged_entries_total", ("mode", "soft")).ShouldBe(1);
        metrics.Sum("towncrier_index_entries").ShouldBe(GoldenCache.Files - 3);
        metrics.Sum("towncrier_index_ready", ("cache", _folder.Of("cache"))).ShouldBe(1);
        metrics.Sum("towncrier_index_bytes").ShouldBeGreaterThan(0);
        foreach (var (name, count) in ((string, int)[])[("towncrier_apply_seconds", 2), ("towncrier_invalidation_lag_seconds", 1)])
        {
            var buckets = metrics.Of(name + "_bucket").ToList();
            buckets.Select(b => b.Value).ShouldBeInOrder();
            buckets[^1].Value.ShouldBe(count);
            metrics.Sum(name + "_count").ShouldBe(count);
            metrics.Sum(name + "_sum").ShouldBeGreaterThan(0);
        }

        metrics.Sum("towncrier_invalidation_lag_seconds_sum").ShouldBeInRange(1, 10);
    }
}
