using Towncrier.Agent.Receiving;
using Towncrier.Engine.Tests.Journaling;

namespace Towncrier.Engine.Tests.Receiving;

public sealed class Dedupe_window
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_duplicate_waits_for_the_first_report_and_then_has_it_at_once()
    {
        var window = Make();
        window.TryBegin("a", out var none).ShouldBeTrue();
        none.ShouldBeNull();
        window.TryBegin("a", out var waiting).ShouldBeFalse();
        waiting!.IsCompleted.ShouldBeFalse();
        window.TryGet("a", out var pending).ShouldBeTrue();
        pending!.State.ShouldBe(InvalidationState.Pending);

        window.Complete("a", Report("a", purged: 7));
        (await waiting).Purged.ShouldBe(7);
        window.TryBegin("a", out var done).ShouldBeFalse();
        (await done!).Purged.ShouldBe(7);
        window.CheckIntegrity();
    }

    [Fact]
    public async Task What_is_forgotten_begins_again_and_its_duplicates_are_told()
    {
        var window = Make();
        window.TryBegin("a", out _);
        window.TryBegin("a", out var waiting);
        window.Forget("a");
        window.Forget("unknown");
        await Should.ThrowAsync<OperationCanceledException>(waiting!);
        window.TryGet("a", out _).ShouldBeFalse();
        window.TryBegin("a", out _).ShouldBeTrue();
        window.CheckIntegrity();
    }

    [Fact]
    public void What_failed_is_reported_and_may_begin_again()
    {
        var window = Make();
        window.TryBegin("a", out _);
        window.Complete("a", Report("a") with { State = InvalidationState.Failed });
        window.TryGet("a", out var failed).ShouldBeTrue();
        failed!.State.ShouldBe(InvalidationState.Failed);
        window.TryBegin("a", out _).ShouldBeTrue();
        window.Complete("a", Report("a"));
        window.TryBegin("a", out _).ShouldBeFalse();
        window.CheckIntegrity();
    }

    [Fact]
    public void A_pending_report_is_shown_and_finishes_nothing()
    {
        var window = Make();
        window.TryBegin("a", out _);
        window.TryBegin("a", out var waiting);
        window.Complete("a", Report("a", purged: 3) with { State = InvalidationState.Pending });
        waiting!.IsCompleted.ShouldBeFalse();
        window.TryGet("a", out var pending);
        pending!.Purged.ShouldBe(3);
        window.Complete("a", Report("a"));
        waiting.IsCompletedSuccessfully.ShouldBeTrue();
        window.CheckIntegrity();
    }

    [Fact]
    public async Task What_was_applied_before_a_restart_is_a_duplicate_and_what_was_pending_is_not()
    {
        var window = Make();
        window.Restore("a", Report("a", purged: 5));
        window.Restore("b", Report("b") with { State = InvalidationState.Pending });
        window.TryBegin("a", out var first).ShouldBeFalse();
        (await first!).Purged.ShouldBe(5);
        window.TryBegin("b", out _).ShouldBeTrue();
        window.CheckIntegrity();
    }

    [Fact]
    public void The_oldest_finished_goes_first_and_one_in_progress_never()
    {
        var window = Make(new DedupeOptions { MaxIds = 10, MaxReports = 4 });
        window.TryBegin("in-progress", out _);
        for (var i = 0; i < 50; i++)
        {
            window.TryBegin($"id-{i}", out _).ShouldBeTrue();
            window.Complete($"id-{i}", Report($"id-{i}"));
            window.CheckIntegrity();
            window.Count.ShouldBeLessThanOrEqualTo(10);
        }

        window.TryGet("id-40", out _).ShouldBeFalse();
        window.TryGet("id-41", out _).ShouldBeTrue();
        window.TryGet("in-progress", out _).ShouldBeTrue();
        window.TryBegin("in-progress", out _).ShouldBeFalse();
    }

    [Fact]
    public void Old_ones_go_by_age_and_one_in_progress_never()
    {
        var window = Make();
        window.TryBegin("in-progress", out _);
        window.Restore("a", Report("a"));
        _clock.Advance(TimeSpan.FromMinutes(59));
        window.TryGet("a", out _).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMinutes(2));
        window.TryGet("a", out _).ShouldBeFalse();
        window.TryBegin("a", out _).ShouldBeTrue();
        window.TryBegin("in-progress", out _).ShouldBeFalse();
        window.CheckIntegrity();
    }

    [Fact]
    public void Older_reports_keep_their_totals_only()
    {
        var window = Make(new DedupeOptions { MaxReports = 2 });
        foreach (var id in (string[])["a", "b", "c"]) window.Restore(id, Report(id, purged: 5));
        window.TryGet("a", out var oldest);
        (oldest!.Purged, oldest.Values.Count, oldest.Outcomes.Count).ShouldBe((5, 0, 0));
        window.TryGet("b", out var newer);
        (newer!.Values.Count, newer.Outcomes.Count).ShouldBe((1, 1));
        window.CheckIntegrity();
    }

    [Fact]
    public void Big_reports_are_bounded_by_their_bytes()
    {
        var window = Make(new DedupeOptions { MaxReportBytes = 1_000_000 });
        var big = Report("") with { Values = [.. Enumerable.Repeat(new ValueReport(new string('x', 1000), 1, 1, null), 100)] };
        for (var i = 0; i < 20; i++) window.Restore($"id-{i}", big with { Id = $"id-{i}" });
        Enumerable.Range(0, 20).Count(i => window.TryGet($"id-{i}", out var report) && report.Values.Count > 0).ShouldBe(4);
        window.CheckIntegrity();
    }

    [Fact]
    public async Task Many_threads_with_one_id_begin_it_once()
    {
        var window = Make(new DedupeOptions { MaxIds = 100, MaxReports = 10 });
        var begun = new int[500];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < begun.Length; i++)
            {
                // Every worker is at about the same place, so that nothing is evicted that is still asked for.
                if (window.TryBegin($"id-{i}", out var first))
                {
                    Interlocked.Increment(ref begun[i]);
                    if (random.Next(2) == 0) await Task.Yield();
                    window.Complete($"id-{i}", Report($"id-{i}", purged: i));
                }
                else
                {
                    (await first).Purged.ShouldBe(i);
                }
            }
        })));
        begun.Count(n => n >= 1).ShouldBe(500);
        window.CheckIntegrity();
    }

    private DedupeWindow Make(DedupeOptions? options = null) => new(options ?? new DedupeOptions(), _clock);

    private static InvalidationReport Report(string id, long purged = 1) => new()
    {
        Id = id,
        State = InvalidationState.Applied,
        Matched = purged,
        Purged = purged,
        Outcomes = new Dictionary<string, long> { ["purged"] = purged },
        Values = [new ValueReport("/news/", purged, purged, null)],
    };
}
