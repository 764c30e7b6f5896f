using System.Collections.Concurrent;
using System.Diagnostics;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Observing;
using Towncrier.Engine.Tests.Support;
using Towncrier.Peers;

namespace Towncrier.Engine.Tests.Governing;

public sealed class Sweeping
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);
    private static readonly CacheLimits Expiry = CacheLimits.Off with { ExpiredRespSweepInterval = Soon };

    [Fact]
    public async Task A_memory_limit_in_bytes_holds_under_churn()
    {
        using var folder = new CacheFolder("1:1");
        await using var governed = new GovernedFolder(folder, CacheLimits.Off with { MemoryLimit = 65_536, MemLimitCheckInterval = Soon });
        await governed.GovernAsync();
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 400; i++) governed.Store((round * 400) + i);
            await governed.SettleAsync();
            await Eventually.TrueAsync(() => governed.Index.LiveBytes <= 65_536, "the limit is kept");
        }

        governed.Index.Count.ShouldBeInRange(300, 1000);
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.LruNukedMemory] == 2000 - governed.Index.Count, "each is counted");
        governed.There(2000).Length.ShouldBe((int)governed.Index.Count);
        governed.There(800).ShouldBeEmpty(); // the oldest went
    }

    [Fact]
    public async Task A_fraction_of_the_systems_memory_evicts_gently()
    {
        using var folder = new CacheFolder("");
        var proc = Directory.CreateDirectory(Path.Combine(folder.Outside, "proc")).FullName;
        void Available(int kilobytes) => File.WriteAllText(Path.Combine(proc, "meminfo"), $"MemTotal: 1000 kB\nMemAvailable: {kilobytes} kB\n");
        Available(100);
        var limits = CacheLimits.Off with { MemoryLimit = 0.7, MemLimitCheckInterval = TimeSpan.FromDays(1) };
        await using var governed = new GovernedFolder(folder, limits, system: new SystemMemory(proc, proc));
        for (var i = 0; i < 1000; i++) governed.Store(i);
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.LruNukedMemory] == 10, "one in a hundred went");
        governed.Governor.Limits = limits with { MemLimitCheckInterval = Soon };
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.LruNukedMemory] > 200, "more at each check");
        Available(400);
        await Eventually.TrueAsync(
            async () =>
            {
                var before = governed.Deletions[DeletionReason.LruNukedMemory];
                await Task.Delay(200, TestContext.Current.CancellationToken);
                return before == governed.Deletions[DeletionReason.LruNukedMemory];
            },
            "none goes when there is memory again");
        governed.Index.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_has_expired_goes_and_the_rest_stays()
    {
        using var folder = new CacheFolder();
        await using var governed = new GovernedFolder(folder, Expiry);
        var past = Now - 10;
        for (var i = 0; i < 600; i++) governed.Store(i, change: file => file with { Valid = i % 3 == 0 ? past : Now + 1000, Updating = 600 });
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.Expired] == 200, "the expired went");
        governed.There(600).Length.ShouldBe(400);
        governed.There(600).ShouldNotContain(number => number % 3 == 0);
        governed.Store(1000, change: file => file with { Valid = past });
        await governed.SettleAsync();
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.Expired] == 201, "one that came later went, too");
    }

    [Fact]
    public async Task What_may_be_served_stale_waits_for_its_window()
    {
        using var folder = new CacheFolder();
        var clock = new StandingClock(DateTimeOffset.UtcNow);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        await using var governed = new GovernedFolder(folder, Expiry, recency: false, keepsStale: true, clock);
        governed.Store(0, change: file => file with { Valid = now - 5 });
        governed.Store(1, change: file => file with { Valid = now - 5, Updating = 60 });
        governed.Store(2, change: file => file with { Valid = now - 5, Error = 600 });
        governed.Store(3, change: file => file with { Valid = now + 300 });
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.There(4).SequenceEqual([1, 2, 3]), "only what nobody may serve went");
        await GoneAsync(61, [2, 3]);
        await GoneAsync(300, [2]);
        await GoneAsync(600, []);

        async Task GoneAsync(int seconds, int[] left)
        {
            await clock.Awaited.Within();
            clock.Advance(TimeSpan.FromSeconds(seconds));
            await Eventually.TrueAsync(() => governed.There(4).SequenceEqual(left), $"[{string.Join(",", left)}] are left after {seconds} s more");
        }
    }

    [Fact]
    public async Task More_kept_for_their_windows_than_one_sweep_reads_do_not_hide_what_may_go()
    {
        using var folder = new CacheFolder("");
        await using var governed = new GovernedFolder(folder, Expiry, keepsStale: true);
        for (var i = 0; i < 2000; i++) governed.Store(i, change: file => file with { Valid = Now - 5, Updating = i < 1900 ? 1000 : 0 });
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.Deletions[DeletionReason.Expired] == 100, "all that may go went");
        governed.There(2000).Length.ShouldBe(1900);
    }

    [Fact]
    public async Task Entries_whose_file_went_without_an_event_are_forgotten()
    {
        using var folder = new CacheFolder("");
        await using var governed = new GovernedFolder(folder, CacheLimits.Off with { OutdatedLruSweepInterval = Soon });
        for (var i = 0; i < 300; i++) governed.Store(i);
        await governed.SettleAsync();
        for (var i = 1000; i < 1500; i++) new Facts($"httpexample.org/{i}", []).PutInto(governed.Index);
        governed.Index.Count.ShouldBe(800);
        await governed.GovernAsync();
        await Eventually.TrueAsync(() => governed.Index.Count == 300, "what has no file is forgotten");
        governed.Deletions.Outdated.ShouldBe(500);
        governed.There(300).Length.ShouldBe(300);
    }

    [Fact]
    public async Task A_sweep_that_does_something_is_a_span_and_one_that_does_not_is_none()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var folder = new CacheFolder();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Towncrier",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if ((string?)span.GetTagItem("cache") == folder.Path) spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var governed = new GovernedFolder(folder, new CacheLimits
        {
            DiskLimit = 0.999999,
            DiskLimitCheckInterval = Soon,
            MemoryLimit = 65_536,
            MemLimitCheckInterval = Soon,
            ExpiredRespSweepInterval = Soon,
            OutdatedLruSweepInterval = Soon,
        });
        for (var i = 0; i < 20; i++) governed.Store(i, change: file => file with { Valid = Now + 1000 });
        await governed.GovernAsync();
        governed.Store(20, change: file => file with { Valid = Now - 5 });
        await governed.SettleAsync();
        await Eventually.TrueAsync(() => spans.Any(span => (long?)span.GetTagItem("deleted") == 1), "the expired sweep is told");
        new Facts("httpexample.org/none", []).PutInto(governed.Index);
        await Eventually.TrueAsync(() => spans.Any(span => span.OperationName == "expired_lru_entry_sweeper"), "the outdated sweep is told");
        for (var i = 100; i < 1600; i++) governed.Store(i, change: file => file with { Valid = Now + 1000 });
        await governed.SettleAsync();
        await Eventually.TrueAsync(() => spans.Any(span => span.OperationName == "lru_nuker"), "the memory's sweep is told");
        spans.Count(span => span.OperationName == "expired_lru_entry_sweeper").ShouldBe(1);
        spans.Where(span => span.OperationName == "expired_resp_sweeper").ShouldAllBe(span => (long)span.GetTagItem("deleted")! == 1);
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
