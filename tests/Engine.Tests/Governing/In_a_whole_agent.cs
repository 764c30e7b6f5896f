using Towncrier.Agent;
using Towncrier.Agent.Governing;
using Towncrier.Engine.Tests.Support;
using Towncrier.Peers;

namespace Towncrier.Engine.Tests.Governing;

public sealed class In_a_whole_agent : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly MemorySource _source = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_messages_delete_is_counted_by_reason()
    {
        for (var i = 0; i < 6; i++) _folder.Store(CacheFolder.FileFor(i, i < 4 ? "some" : "others"));
        await using var agent = Started();
        await SendAsync("""{"command":"purge","value":["/0"]}""");
        await SendAsync("""{"command":"prefix","value":["/1"],"dry_run":true}""");
        await SendAsync("""{"command":"purge","value":["/5"],"mode":"soft"}""");
        await SendAsync("""{"command":"xkey","value":["some"]}""");
        Deleted(agent, "url_invalidation").ShouldBe(1);
        Deleted(agent, "alternate_key_invalidation").ShouldBe(3);
        Deleted(agent, "lru_nuked_disk").ShouldBe(0); // shown before the first
        agent.Metrics.ShouldContain($"towncrier_outdated_entries_total{{cache=\"{_folder.Path}\"}} 0\n");
        foreach (var kind in (string[])["total", "objects"]) Metric(agent, $"towncrier_memory_bytes{{cache=\"{_folder.Path}\",kind=\"{kind}\"}}").ShouldBeGreaterThan(0);
        Metric(agent, $"towncrier_memory_bytes{{cache=\"{_folder.Path}\",kind=\"lru\"}}").ShouldBe(0); // an agent's index keeps no order
    }

    [Fact]
    public async Task Limits_are_off_until_they_are_set_and_hold_at_once_then()
    {
        var past = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 10;
        for (var i = 0; i < 5; i++) _folder.Store(CacheFolder.FileFor(i) with { Valid = past });
        await using var agent = Started();
        await SendAsync("""{"command":"purge","value":["/0"]}""");
        agent.Governing.Of(_folder.Path).ShouldBe(CacheLimits.Off);
        agent.Governing.Paths.ShouldBe([_folder.Path]);
        agent.Governing.Of("/somewhere/else").ShouldBeNull();
        agent.Governing.TrySet("/somewhere/else", CacheLimits.Off).ShouldBeFalse();
        agent.Governing.TrySet(_folder.Path, CacheLimits.Off with { DiskLimit = 3 }).ShouldBeFalse();
        agent.Governing.Of(_folder.Path).ShouldBe(CacheLimits.Off);
        Deleted(agent, "expired").ShouldBe(0);
        var limits = CacheLimits.Off with { ExpiredRespSweepInterval = TimeSpan.FromSeconds(1) };
        agent.Governing.TrySet(_folder.Path + "/", limits).ShouldBeTrue();
        await Eventually.TrueAsync(() => Deleted(agent, "expired") == 4, "the expired went");
        agent.Governing.Of(_folder.Path).ShouldBe(limits);
    }

    private WholeAgent Started() => new(_folder, same => same, new SourceSetup(_source));

    private async Task SendAsync(string message) => (await _source.Send(message).Settled.Within()).ShouldBe("completed");

    private long Deleted(WholeAgent agent, string reason) => Metric(agent, $"towncrier_objects_deleted_total{{cache=\"{_folder.Path}\",reason=\"{reason}\"}}");

    private static long Metric(WholeAgent agent, string series)
        => long.Parse(agent.Metrics.Split('\n').Single(line => line.StartsWith(series, StringComparison.Ordinal))[series.Length..], System.Globalization.CultureInfo.InvariantCulture);
}
