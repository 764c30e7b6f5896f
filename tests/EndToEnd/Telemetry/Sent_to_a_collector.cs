using Towncrier.Agent.Nginx;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Telemetry;

/// <summary>OpenTelemetry's variables, on the real binary.</summary>
public sealed class Sent_to_a_collector
{
    [Fact]
    public async Task Metrics_and_spans_of_sweeps_arrive()
    {
        using var folder = new TempFolder();
        await using var collector = await Collector.StartAsync();
        var cache = folder.Make("cache");
        WriteExpired(cache, "httpexample.org/expired");
        await File.WriteAllTextAsync(folder.Of("agent.yaml"), $"caches: [{{path: {cache}, expired_resp_sweep_interval: 50ms}}]\n", TestContext.Current.CancellationToken);
        var port = FreePort.Next();
        await using var agent = await AgentProcess.StartAsync(
            port,
            ["--config", folder.Of("agent.yaml"), "--listen", $"http://127.0.0.1:{port}", "--state", folder.Of("state")],
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url, ["OTEL_METRIC_EXPORT_INTERVAL"] = "200", ["OTEL_BSP_SCHEDULE_DELAY"] = "200", ["OTEL_SERVICE_NAME"] = "caches-of-the-test" });
        await Eventually.TrueAsync(() => collector.Has("/v1/metrics", "towncrier_objects_deleted_total") && collector.Has("/v1/metrics", "expired"), "the metrics arrive");
        await Eventually.TrueAsync(() => collector.Has("/v1/traces", "expired_resp_sweeper"), "the spans arrive");
        collector.Has("/v1/metrics", "caches-of-the-test").ShouldBeTrue();
        (await agent.TerminateAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_collector_that_is_away_changes_nothing_and_an_address_that_is_none_is_refused()
    {
        using var folder = new TempFolder();
        var port = FreePort.Next();
        string[] args = ["--cache", folder.Make("cache"), "--listen", $"http://127.0.0.1:{port}", "--state", folder.Of("state")];
        await using (var agent = await AgentProcess.StartAsync(port, args, new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9", ["OTEL_METRIC_EXPORT_INTERVAL"] = "100" }))
            (await agent.TerminateAsync()).ShouldBe(0);
        await using var refused = TowncrierBinary.Start(["agent", .. args], new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4318" });
        (await refused.ExitAsync()).ShouldBe(2);
        refused.Stderr.ShouldContain("OTEL_EXPORTER_OTLP_ENDPOINT 'collector:4318' is no http or https URL");
    }

    private static void WriteExpired(string cache, string key)
    {
        var past = DateTimeOffset.UtcNow.AddHours(-1);
        var draft = new HeaderDraft
        {
            Key = System.Text.Encoding.UTF8.GetBytes(key),
            Response = "HTTP/1.1 200 OK\r\n\r\n"u8,
            Date = past.ToUnixTimeSeconds(),
            ValidUntil = past.ToUnixTimeMilliseconds(),
        };
        var head = new byte[draft.Length];
        draft.Write(head);
        var path = CacheFiles.PathOf(cache, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, head);
    }
}
