using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Dispatching;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Dispatching;

/// <summary>Ban expressions on cache directories: the index proposes, each file's head decides, and the report counts what was meant.</summary>
public sealed class Bans_on_files : IDisposable
{
    private const long T = 1_800_000_000;
    private readonly CacheFolder _folder = new();
    private readonly StandingClock _clock = new(DateTimeOffset.FromUnixTimeSeconds(T));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_of_a_real_nginx_go_by_their_heads_and_the_report_is_exact(bool dryRun)
    {
        foreach (var golden in Golden.All) _folder.Store(golden.Read(), CacheFolder.Named(golden.Name));
        var (bad, missing, tagged) = (Golden.All.Count(g => g.Status == 200), Golden.All.Count(g => g.Status == 404), Golden.All.Count(g => g.ETag.Length > 0));
        (bad, missing, tagged).ShouldSatisfyAllConditions(c => c.bad.ShouldBePositive(), c => c.missing.ShouldBePositive(), c => c.tagged.ShouldBePositive());
        var report = Apply(dryRun, "obj.status == 404", "obj.http.etag ~ .", "obj.http.nobody == x", "obj.status ~ ^[24]04$", "obj.foo == 1", "obj.status == 404 && obj.age < 0s");
        report.Values.Select(v => v.Matched).ShouldBe([missing, tagged, 0, missing, 0, 0]);
        report.Values[4].Error!.ShouldStartWith("at 1: unknown field 'obj.foo'");
        report.Matched.ShouldBe(missing + tagged);
        report.Purged.ShouldBe(dryRun ? 0 : missing + tagged);
        report.Outcomes.ShouldBe(new Dictionary<string, long> { [dryRun ? "would_purge" : "purged"] = missing + tagged });
        if (!dryRun) report.Values.Select(v => v.Purged).ShouldBe([missing, tagged, 0, missing, 0, 0]);
        foreach (var golden in Golden.All)
            File.Exists(_folder.PathOf(CacheFolder.Named(golden.Name))).ShouldBe(dryRun || !(golden.Status == 404 || golden.ETag.Length > 0), golden.File);
    }

    [Fact]
    public void Many_files_are_told_apart_by_a_header_that_no_index_holds()
    {
        for (var i = 0; i < 500; i++) _folder.Store(Of($"/{i}", $"X-Foo: {(i % 5 == 0 ? "bar" : "baz")}") with { Date = T - i });
        var report = Apply(false, "obj.http.x-foo == bar && req.url ~ [02468]$", "req.url == /1 && obj.http.x-foo == baz", "obj.age >= 499s");
        report.Values.Select(v => (v.Matched, v.Purged)).ShouldBe([(50, 50), (1, 1), (1, 1)]);
        (report.Matched, report.Purged).ShouldBe((52, 52));
        Apply(false, "obj.http.x-foo == bar").Purged.ShouldBe(50);
        Apply(false, "obj.status == 200").Purged.ShouldBe(500 - 52 - 50);
    }

    [Fact]
    public async Task What_lands_while_a_ban_is_armed_meets_it_with_its_own_head()
    {
        using var stop = new CancellationTokenSource();
        using var cache = new Cache(
            new CacheSettings { Path = _folder.Path, Key = "$scheme$host$request_uri" }, new DispatchOptions { Fence = TimeSpan.FromSeconds(10) }, _clock, NullLogger.Instance);
        var early = cache.Compile(Ban("obj.http.x-foo == bar"), _ => null);
        var first = new ArmedMessage("early", early, PurgeMode.Hard, _clock.GetUtcNow(), TimeSpan.FromSeconds(10));
        cache.Arm(first); // before the first scan: it meets what the scan finds, whose heads are not handed on
        CacheFile[] files = [Of("/scanned", "X-Foo: bar") with { Date = T - 5 }, Of("/kept", "X-Foo: baz") with { Date = T - 5 }];
        foreach (var file in files) _folder.Store(file);
        var watching = Task.Factory.StartNew(() => cache.Watcher.Run(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await cache.Watcher.Coverage.WhenCovered().Within();
        Exists(files).ShouldBe([false, true]);
        first.Caught.ToOutcomes().ShouldBe(new Dictionary<string, long> { ["purged"] = 1 });

        CacheFile[] landing =
        [
            Of("/late", "X-Foo: bar") with { Date = T }, Of("/other", "X-Foo: baz") with { Date = T },
            Of("/during", "X-Foo: bar") with { Date = T + 1 }, Of("/fine", "X-Foo: baz") with { Date = T + 1 },
        ];
        foreach (var file in landing) _folder.Store(file);
        _clock.Advance(TimeSpan.FromSeconds(10));
        cache.Watcher.CatchUp();
        cache.EndFence(first);
        Exists(landing).ShouldBe([false, true, false, true]);
        first.Caught.ToOutcomes().ShouldBe(new Dictionary<string, long> { ["purged"] = 3 });

        // An age is as of the ban, however late the entry lands.
        var aged = new ArmedMessage("aged", cache.Compile(Ban("obj.age > 1h"), _ => null), PurgeMode.Hard, _clock.GetUtcNow(), TimeSpan.FromSeconds(10));
        cache.Arm(aged);
        _clock.Advance(TimeSpan.FromSeconds(5));
        CacheFile[] slow = [Of("/a", "X: y") with { Date = T + 10 - 3601 }, Of("/b", "X: y") with { Date = T + 10 - 3599 }];
        foreach (var file in slow) _folder.Store(file);
        cache.Watcher.CatchUp();
        Exists(slow).ShouldBe([false, true]);
        await stop.CancelAsync();
        await watching.Within();
        cache.Index.CheckIntegrity();
    }

    private static CacheFile Of(string path, string header) => new() { Key = "httpexample.org" + path, Head = $"HTTP/1.1 200 OK\r\n{header}\r\n\r\n", Date = T };

    private static Invalidation Ban(params string[] values) => new() { Id = "ban", Command = InvalidationCommand.Ban, Values = values };

    private IEnumerable<bool> Exists(CacheFile[] files) => files.Select(file => File.Exists(_folder.PathOf(file)));

    private InvalidationReport Apply(bool dryRun, params string[] values)
    {
        using var local = new LocalPurge(new CacheSettings { Path = _folder.Path, Key = "$scheme$host$request_uri" }, _clock);
        local.Scan(_ => new MemoryStream(), 1, CancellationToken.None);
        local.TryApply(Ban(values) with { DryRun = dryRun }, out var report, out var refusal).ShouldBeTrue(refusal.Message);
        return report!;
    }
}
