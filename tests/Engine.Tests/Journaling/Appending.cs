using Towncrier.Agent.Journaling;

namespace Towncrier.Engine.Tests.Journaling;

public sealed class Appending : IDisposable
{
    private readonly JournalBench _bench = new();

    [Fact]
    public async Task Ten_thousand_at_once_share_their_flushes()
    {
        await using (var journal = _bench.Open())
        {
            _ = journal.RunAsync(CancellationToken.None);
            await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 10_000 },
                async (i, cancel) => await journal.AppendAsync(_bench.Applied($"id-{i}"), cancel));
            journal.Flushes.ShouldBeInRange(1, 1000);
        }

        (await _bench.ReplayAsync()).Recent.Select(r => r.Id).Distinct().Count().ShouldBe(10_000);
    }

    [Fact]
    public async Task A_second_agent_is_refused_and_told_what_to_do()
    {
        await using (_bench.Open())
        {
            var refused = Should.Throw<IOException>(() => _bench.Open());
            refused.Message.ShouldContain(_bench.State);
            refused.Message.ShouldContain("stop that one");
        }

        await _bench.ReplayAsync();
    }

    [Fact]
    public async Task Stopping_writes_what_is_queued_and_later_appends_fail()
    {
        await using var journal = _bench.Open();
        using var stop = new CancellationTokenSource();
        var early = Enumerable.Range(0, 100).Select(i => journal.AppendAsync(_bench.Applied($"id-{i}"), CancellationToken.None).AsTask()).ToArray();
        early.ShouldAllBe(append => !append.IsCompleted);
        await stop.CancelAsync();
        await journal.RunAsync(stop.Token);
        await Task.WhenAll(early);
        var late = await Should.ThrowAsync<IOException>(async () => await journal.AppendAsync(_bench.Applied("late"), CancellationToken.None));
        late.Message.ShouldContain("closed");
    }

    [Fact]
    public async Task A_journal_that_never_ran_fails_its_waiters_when_it_is_closed()
    {
        var journal = _bench.Open();
        var waiting = journal.AppendAsync(_bench.Applied("one"), CancellationToken.None).AsTask();
        await journal.DisposeAsync();
        await Should.ThrowAsync<IOException>(waiting);
    }

    [Fact]
    public async Task A_cancelled_append_lets_go_at_once()
    {
        await using var journal = _bench.Open();
        using var cancel = new CancellationTokenSource();
        var waiting = journal.AppendAsync(_bench.Applied("one"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task Too_long_a_report_loses_its_values_and_too_long_a_message_is_refused()
    {
        _bench.Options = new JournalOptions { MaxRecordBytes = 4096 };
        var applied = _bench.Applied("one");
        applied = applied with { Report = applied.Report with { Values = [.. Enumerable.Repeat(applied.Report.Values[0], 1000)] } };
        await _bench.AppendAsync(applied);
        (await _bench.ReplayAsync()).Recent.ShouldHaveSingleItem().Report.Values.ShouldBeEmpty();
        await Should.ThrowAsync<ArgumentException>(() => _bench.AppendAsync(_bench.Accepted("two", new string('x', 5000))));
    }

    [Fact]
    public async Task A_directory_that_is_gone_fails_the_append_and_one_that_is_back_takes_the_next()
    {
        _bench.Options = new JournalOptions { SegmentBytes = 4096, TotalBytes = 4096 };
        await using var journal = _bench.Open();
        _ = journal.RunAsync(CancellationToken.None);
        var big = _bench.Accepted("big", new string('x', 4000));
        await journal.AppendAsync(big, CancellationToken.None);

        // The next segment has nowhere to go.
        Directory.Move(_bench.State, _bench.State + ".away");
        var failed = await Should.ThrowAsync<IOException>(async () => await journal.AppendAsync(big with { Id = "lost" }, CancellationToken.None));
        failed.Message.ShouldContain(_bench.State);
        Directory.Move(_bench.State + ".away", _bench.State);
        await journal.AppendAsync(big with { Id = "next" }, CancellationToken.None);
        await journal.DisposeAsync();
        (await _bench.ReplayAsync()).Unapplied.Select(r => r.Id).ShouldBe(["big", "next"]);
    }

    [Fact]
    public async Task A_full_disk_fails_the_append_and_the_journal_runs_on()
    {
        // A device on which every write ends with "no space left" stands in for the segment.
        if (!File.Exists("/dev/full")) Assert.Skip("there is no /dev/full here");
        Directory.CreateDirectory(_bench.State);
        File.CreateSymbolicLink(_bench.SegmentPath(1), "/dev/full");
        await using var journal = _bench.Open();
        _ = journal.RunAsync(CancellationToken.None);
        var lost = _bench.Applied("lost");
        var first = await Should.ThrowAsync<IOException>(async () => await journal.AppendAsync(lost, CancellationToken.None));
        first.Message.ShouldContain(_bench.SegmentPath(1));
        first.Message.ShouldContain("No space left");
        // This device cannot be cut either, so every later append fails at that; none ends the journal.
        await Should.ThrowAsync<IOException>(async () => await journal.AppendAsync(lost, CancellationToken.None));
        await Should.ThrowAsync<IOException>(async () => await journal.AppendAsync(lost, CancellationToken.None));
    }

    public void Dispose() => _bench.Dispose();
}
